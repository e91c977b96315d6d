import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityRow } from '../../src/http/api/contract.ts';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { KINDS } from '../support/databases.ts';
import { startWorld, type World } from '../support/world.ts';

/** When the first of the made-up events was heard of, and how far they are apart, ms. */
const FIRST = 1_700_000_000_000;
const APART = 60_000;
const COUNT = 700;

/** Made-up events: event n was heard of at FIRST + n * APART. */
async function fill(world: World): Promise<number> {
  const { db } = world.app.database;
  const top = await sql<{ id: number }>`select coalesce(max(id), 0) as id from events`.execute(db);
  const base = top.rows[0]!.id;
  await sql`
    insert into events (id, connection, key, kind, name, deal_id, person, occurred_at, created_at, payload, state, rule)
    overriding system value
    select ${base}::bigint + n, 'acme', 'made up ' || n,
      case when n = 3 then 'deal_deleted' when n % 3 = 0 then 'deal_moved' when n % 3 = 1 then 'mail_report' else 'deal_changed' end,
      case when n % 3 = 1 then 'email_opened' end,
      case when n % 3 <> 1 then 9000 + n % 10 end, case when n % 3 = 1 then 'p' || n % 10 || '@example.com' end,
      1700000000 + n * 60, ${FIRST}::bigint + n * ${APART}::bigint,
      case when n % 3 = 0 and n > 3 then '{"kind": "deal_moved", "to": {}}' else '{"made": "up"}' end::jsonb,
      case when n % 3 = 0 then 'planned' when n = 2 then 'parked' else 'ignored' end, case when n % 3 = 0 then 'r' end
    from generate_series(1, ${COUNT}) n
  `.execute(db);
  await sql`
    insert into actions (connection, lane, event_id, kind, subject, payload, ulid, state, next_attempt_at, created_at, error)
    select 'acme', 'kommo', ${base}::bigint + n, 'note', 'made up', '{"kind":"note","dealId":1,"text":"x"}', 'u',
      case when n in (6, 300) then 'dead' when n in (9, 303) then 'ready' else 'done' end, 9999999999999, 1, null
    from generate_series(1, ${COUNT}) n where n % 3 = 0 and n <> 3
  `.execute(db);
  return base;
}

describe.each(KINDS)('the list of events (%s)', (kind) => {
  let world: World;
  let client: ConsoleClient;
  let base: number;
  beforeAll(async () => {
    world = await startWorld({ database: kind });
    client = await firstAdmin(world.app);
    base = await fill(world);
  });
  afterAll(() => world?.close());

  /** The numbers of the events of all pages, in their order. */
  async function all(query: string): Promise<number[]> {
    const found: number[] = [];
    for (let before = ''; ; ) {
      const { body } = await client.get(`/api/activity?${query}&limit=40${before}`);
      found.push(...body.rows.map((row: ActivityRow) => row.id - base));
      if (body.next === null) return found;
      before = `&before=${body.next}`;
    }
  }
  const numbers = (isWanted: (n: number) => boolean) =>
    Array.from({ length: COUNT }, (_, index) => COUNT - index).filter(isWanted);

  it('comes page by page, each event once, the newest first', async () => {
    expect(await all('')).toEqual(numbers(() => true));
  });

  it.each<[string, (n: number) => boolean]>([
    ['kind=deal_moved', (n) => n % 3 === 0 && n !== 3],
    ['kind=deal_deleted', (n) => n === 3],
    ['kind=inactivity', () => false],
    ['direction=to_kommo', (n) => n % 3 === 1],
    ['direction=to_customerio', (n) => n % 3 !== 1],
    ['name=email_opened', (n) => n % 3 === 1],
    ['deal=9004', (n) => n % 10 === 4 && n % 3 !== 1],
    ['email=P7@example.com', (n) => n % 10 === 7 && n % 3 === 1],
    ['outcome=failed', (n) => n === 6 || n === 300],
    ['outcome=open', (n) => n === 9 || n === 303],
    ['outcome=parked', (n) => n === 2],
    ['outcome=done', (n) => n % 3 === 0 && ![6, 300, 9, 303].includes(n)],
    ['outcome=nothing', (n) => n % 3 !== 0 && n !== 2],
    ['hide=nothing', (n) => n % 3 === 0 || n === 2],
    ['hide=nothing&deal=9002', (n) => n % 10 === 2 && n % 3 !== 1 && (n % 3 === 0 || n === 2)],
    ['outcome=failed&kind=mail_report', () => false],
    ['repaired=true', (n) => n % 3 === 0 && n !== 3],
    [`since=${FIRST + 100 * APART}&until=${FIRST + 300 * APART}`, (n) => n >= 100 && n < 300],
    [`deal=9002&since=${FIRST + 500 * APART}`, (n) => n % 10 === 2 && n % 3 !== 1 && n >= 500],
    [`outcome=done&until=${FIRST + 50 * APART}`, (n) => n % 3 === 0 && n < 50 && n !== 6 && n !== 9],
    ['connection=acme', () => true],
  ])('with %s holds what it says', async (query, isWanted) => {
    expect(await all(query)).toEqual(numbers(isWanted));
  });

  it('answers 404 for a connection that is not configured', async () => {
    expect((await client.get('/api/activity?connection=other')).status).toBe(404);
  });

  it('has beside it the list of running clocks, page by page, the next to run out first', async () => {
    await sql`
      insert into watches (connection, start, unless, person, deal_id, started_at, fires_at, state)
      select 'acme', 'deal_won', 'email_opened', 'p' || n, n, 1, 1000 + (n * 7) % 50,
        case when n % 10 = 0 then 'fired' else 'running' end
      from generate_series(1, 250) n
    `.execute(world.app.database.db);
    const found: { dealId: number; firesAt: number }[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const query = after === '' ? '' : `?after=${after}`;
      const { body } = await client.get(`/api/watches${query}`);
      found.push(...body.watches);
      after = body.next;
    }
    const running = Array.from({ length: 250 }, (_, index) => index + 1).filter((n) => n % 10 !== 0);
    expect(found.map(({ dealId }) => dealId).sort((a, b) => a - b)).toEqual(running);
    const times = found.map(({ firesAt }) => firesAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

/** Of each made-up message, the numbers of its reports, in the order in which they were heard of. */
const MESSAGES = Array.from({ length: 60 }, (_, index) => [1 + index * 3, 2 + index * 3, 200 + index]);

/** Made-up reports: those of a message are far apart, so that its pages are different ones. */
async function fillMessages(world: World): Promise<number> {
  const { db } = world.app.database;
  const top = await sql<{ id: number }>`select coalesce(max(id), 0) as id from events`.execute(db);
  const base = top.rows[0]!.id;
  const names = ['email_sent', 'email_delivered', 'email_opened'];
  const rows = MESSAGES.flatMap((ids, message) =>
    ids.map((id, step) => ({
      id: base + id,
      message: `d${message}`,
      name: names[step],
      campaign: message % 2,
    })),
  );
  await sql`
    insert into events (id, connection, key, kind, name, person, occurred_at, created_at, payload, state)
    overriding system value
    select r.id, 'acme', 'report ' || r.id, 'mail_report', r.name, 'ann@acme.example', 1700000000 + r.id,
      ${FIRST}::bigint + (r.id - ${base}) * ${APART}::bigint,
      jsonb_build_object('kind', 'mail_report', 'name', r.name, 'reportId', 'r' || r.id, 'occurredAt', 1700000000 + r.id,
        'person', '{"id": null, "email": "ann@acme.example", "cioId": null}'::jsonb, 'deliveryId', r.message,
        'machine', false, 'values', jsonb_build_object('subject', 'Hello', 'campaign_id', 7 + r.campaign)), 'ignored'
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(id bigint, message text, name text, campaign int)
  `.execute(db);
  return base;
}

describe.each(KINDS)('the reports of a message (%s)', (kind) => {
  let world: World;
  let client: ConsoleClient;
  let base: number;
  beforeAll(async () => {
    world = await startWorld({ database: kind });
    client = await firstAdmin(world.app);
    base = await fillMessages(world);
  });
  afterAll(() => world?.close());

  async function all(query: string, limit: number): Promise<ActivityRow[]> {
    const found: ActivityRow[] = [];
    for (let before = ''; ; ) {
      const { body } = await client.get(`/api/activity?${query}&limit=${limit}${before}`);
      found.push(...body.rows);
      if (body.next === null) return found;
      before = `&before=${body.next}`;
    }
  }
  const numbers = (rows: ActivityRow[]) => rows.map(({ id }) => id - base);
  const latest = MESSAGES.map((ids) => ids.at(-1)!).toReversed();

  it.each([7, 50])('are one row over pages of %d, at the latest of them, and lose none', async (limit) => {
    const rows = await all('', limit);
    expect(numbers(rows)).toEqual(latest);
    for (const { message } of rows)
      expect(message).toMatchObject({ names: ['email_sent', 'email_delivered', 'email_opened'] });
    expect(rows[0]).toMatchObject({ title: 'ann@acme.example · "Hello"', outcome: 'done' });
  });

  it('are one row where nothing to do is hidden, and none among what had nothing to do', async () => {
    expect(numbers(await all('hide=nothing', 7))).toEqual(latest);
    expect(await all('outcome=nothing', 7)).toEqual([]);
  });

  it('stand at the latest report that matches', async () => {
    const second = MESSAGES.map((ids) => ids[1]!).toReversed();
    expect(numbers(await all('name=email_delivered', 7))).toEqual(second);
    expect(numbers(await all(`until=${FIRST + 190 * APART}`, 7))).toEqual(second);
  });

  it('of one campaign are those of its messages', async () => {
    expect(numbers(await all('campaign=8', 7))).toEqual(latest.filter((id) => (id - 200) % 2 === 1));
    expect(await all('campaign=9', 7)).toEqual([]);
  });
});

describe('stage changes without an email', () => {
  let world: World;
  let client: ConsoleClient;
  beforeAll(async () => {
    world = await startWorld();
    client = await firstAdmin(world.app);
  });
  afterAll(() => world?.close());
  const rows = async (query: string): Promise<ActivityRow[]> =>
    (await client.get(`/api/activity?${query}`)).body.rows;

  async function ownerOf(deal: number): Promise<number | null> {
    const { db } = world.app.database;
    const events = db.selectFrom('events').select('owner_id').where('deal_id', '=', deal);
    return (await events.where('owner_id', 'is not', null).executeTakeFirstOrThrow()).owner_id;
  }

  it('are found by the reason, the stage, the rule and the owner', async () => {
    const nobody = world.deal({ email: null });
    const ann = world.deal({ email: 'ann@acme.example' });
    for (const { id } of [nobody, ann]) world.move(id, 'Closed - won');
    await world.settled();
    const isOf = (deal: number) => expect.objectContaining({ dealId: deal });
    await expect.poll(() => rows('kind=deal_moved&outcome=done')).toEqual([isOf(ann.id)]);
    await expect.poll(() => rows('reason=no_address')).toEqual([isOf(nobody.id)]);
    expect((await rows('reason=no_rule')).map(({ noEmail }) => noEmail)).toContain('no_rule');
    const stage = `${world.kommo.pipelineId('Sales')}-${world.kommo.stageId('Sales', 'Closed - won')}`;
    expect(await rows(`stage=${stage}`)).toEqual([isOf(ann.id), isOf(nobody.id)]);
    expect(await rows(`stage=${stage}&reason=no_address`)).toEqual([isOf(nobody.id)]);
    const rule = encodeURIComponent('Sales / Closed - won → deal_won');
    expect(await rows(`rule=${rule}&outcome=done`)).toEqual([isOf(ann.id)]);
    const owner = await ownerOf(ann.id);
    expect((await rows(`owner=${owner}&kind=deal_moved`)).map(({ dealId }) => dealId)).toContain(ann.id);
    expect(await rows('owner=1')).toEqual([]);
    const { body: options } = await client.get('/api/activity/options');
    expect(options).toMatchObject({ rules: ['Sales / Closed - won → deal_won'], reasonsSince: null });
    expect(options.stages.map(({ label }: { label: string }) => label)).toEqual(
      expect.arrayContaining([expect.stringMatching(/New lead$/), expect.stringMatching(/Closed - won$/)]),
    );
    expect(options.reasons).toEqual(expect.arrayContaining(['no_address', 'no_rule']));
    expect(options.owners).toContainEqual({ value: owner, label: expect.any(String) });
  });
});

describe('the stream', () => {
  let world: World;
  let client: ConsoleClient;
  beforeAll(async () => {
    world = await startWorld({ database: 'postgres' });
    client = await firstAdmin(world.app);
  });
  afterAll(() => world?.close());

  /** Reads messages until one row is as wanted. @returns all rows that came by then. */
  async function until(
    isWanted: (row: ActivityRow) => boolean,
    query = '',
    headers: Record<string, string> = {},
    onOpen: () => void = () => {},
  ): Promise<{ rows: ActivityRow[]; lastId: string }> {
    const stop = new AbortController();
    const answer = await fetch(`${world.app.url}/api/activity/stream?${query}`, {
      headers: { cookie: client.cookie, ...headers },
      signal: stop.signal,
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const rows: ActivityRow[] = [];
    let text = '';
    let lastId = '';
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const messages = text.split('\n\n');
      text = messages.pop()!;
      for (const message of messages) {
        if (message.includes('event: hello')) onOpen();
        lastId = /^id: (\d+)$/m.exec(message)?.[1] ?? lastId;
        const data = /^event: rows\ndata: (.*)$/m.exec(message)?.[1];
        if (data) rows.push(...JSON.parse(data).rows);
      }
      if (rows.some(isWanted)) break;
    }
    stop.abort();
    return { rows, lastId };
  }

  const winDeal = (email?: string) => {
    const deal = world.deal(email === undefined ? {} : { email });
    world.move(deal.id, 'Closed - won');
    return deal.id;
  };

  it('tells of a new event, and of what becomes of it', async () => {
    let deal = 0;
    const { rows } = await until(
      (row) => row.kind === 'deal_moved' && row.outcome === 'done' && row.dealId === deal,
      '',
      {},
      () => {
        deal = winDeal();
      },
    );
    expect(rows.find(({ dealId }) => dealId === deal)).toMatchObject({
      title: expect.stringMatching(/moved|was created/),
    });
  });

  it('tells only of what was asked for', async () => {
    await until(
      (row) => row.kind === 'mail_report',
      'direction=to_kommo',
      {},
      () => {
        winDeal('kim@example.com');
        void world.customerio
          .waitFor(() => world.customerio.mailbox('kim@example.com')[0])
          .then(({ deliveryId }) => world.customerio.open(deliveryId));
      },
    ).then(({ rows }) =>
      expect(new Set(rows.map(({ direction }) => direction))).toEqual(new Set(['to_kommo'])),
    );
  });

  it('goes on after a break where it stopped', async () => {
    const first = await until(
      (row) => row.kind === 'deal_moved',
      'kind=deal_moved',
      {},
      () => void winDeal(),
    );
    const missed = winDeal();
    await world.settled();
    const { rows } = await until((row) => row.dealId === missed, '', { 'last-event-id': first.lastId });
    expect(rows.every(({ id }) => id > Number(first.lastId))).toBe(true);
  });

  it('is for nobody who is not signed in', async () => {
    expect((await fetch(`${world.app.url}/api/activity/stream`)).status).toBe(401);
  });

  it('does not hold up the end of the server', async () => {
    const other = await startWorld({ database: 'postgres' });
    const { cookie } = await firstAdmin(other.app);
    const answer = await fetch(`${other.app.url}/api/activity/stream`, { headers: { cookie } });
    const whole = answer.text();
    await other.close();
    expect(await whole).toContain('event: hello');
  });
});
