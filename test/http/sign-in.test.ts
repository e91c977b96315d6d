import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consoleClient, firstAdmin, PASSWORD } from '../support/console-client.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

// One world for all: each test begins without any user.
let world: World;
beforeAll(async () => {
  world = await startWorld({ database: 'postgres' });
});
afterAll(() => world?.close());
beforeEach(async () => {
  for (const table of ['setup_links', 'users', 'tokens', 'audit'])
    await sql`delete from ${sql.table(table)}`.execute(world.app.database.db);
});

const secretOf = (link: string) => link.split('#')[1]!;

/** Somebody with a role, signed in by the link that an admin has made. */
async function withRole(role: 'viewer' | 'editor', name: string = role) {
  const admin = await firstAdmin(world.app);
  const { body } = await admin.ask('POST', '/api/users', { name, role });
  const client = consoleClient(world.app.url);
  await client.ask('POST', '/api/setup', { link: secretOf(body.link), password: PASSWORD });
  return { admin, client, id: body.user.id as number };
}

describe('the first link', () => {
  it('makes an admin and signs in, once', async () => {
    const link = secretOf((await world.app.setupLink())!);
    const first = consoleClient(world.app.url);
    const question = { link, name: 'Ann', password: PASSWORD };
    expect((await first.ask('POST', '/api/setup', question)).body).toMatchObject({
      name: 'Ann',
      role: 'admin',
    });
    expect((await first.get('/api/session')).body).toMatchObject({
      name: 'Ann',
      role: 'admin',
      by: 'session',
    });
    const second = await consoleClient(world.app.url).ask('POST', '/api/setup', { ...question, name: 'Eve' });
    expect(second.status).toBe(403);
    expect(await world.app.setupLink()).toBeNull();
  });

  it('is stored as a hash only', async () => {
    const link = secretOf((await world.app.setupLink())!);
    const rows = await world.app.database.db.selectFrom('setup_links').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(link);
  });

  it('that an earlier start has printed ends with the next one', async () => {
    const earlier = secretOf((await world.app.setupLink())!);
    const later = secretOf((await world.app.setupLink())!);
    const use = (link: string) =>
      consoleClient(world.app.url).ask('POST', '/api/setup', { link, name: 'Ann', password: PASSWORD });
    expect((await use(earlier)).status).toBe(403);
    expect((await use(later)).status).toBe(200);
  });

  it('has expired a week after it was made, and says so', async () => {
    const link = secretOf((await world.app.setupLink())!);
    const { db } = world.app.database;
    const week = sql<number>`expires_at - ${7 * 86_400_000}::bigint`;
    await db.updateTable('setup_links').set({ expires_at: week }).execute();
    const answer = await consoleClient(world.app.url).ask('POST', '/api/setup', {
      ...{ link, name: 'Ann', password: PASSWORD },
    });
    expect(answer).toMatchObject({ status: 403, body: { error: expect.stringContaining('expired') } });
    expect(await db.selectFrom('users').selectAll().execute()).toEqual([]);
  });

  it('takes no short password', async () => {
    const link = secretOf((await world.app.setupLink())!);
    const short = { link, name: 'Ann', password: 'too short' };
    const answer = await consoleClient(world.app.url).ask('POST', '/api/setup', short);
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('10 characters') } });
  });
});

it.each([
  ['one character', 'aaaaaaaaaa'],
  ['a common word', 'password123'],
  ['the name', 'Annabelle-1'],
])(
  'a password that is little more than %s is refused in words, and the link still works',
  async (_what, bad) => {
    const link = secretOf((await world.app.setupLink())!);
    const use = (password: string) =>
      consoleClient(world.app.url).ask('POST', '/api/setup', { link, name: 'Annabelle', password });
    expect(await use(bad)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('password') },
    });
    expect((await use(PASSWORD)).status).toBe(200);
  },
);

describe('a session', () => {
  it('comes in a cookie that no script can read and no other site can send', async () => {
    await firstAdmin(world.app);
    const answer = await consoleClient(world.app.url).ask('POST', '/api/session', {
      name: 'ann',
      password: PASSWORD,
    });
    const [, ...attributes] = answer.headers.getSetCookie()[0]!.split('; ');
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Strict']);
  });

  it('counts although a sibling host has put a cookie of the same name before it', async () => {
    const admin = await firstAdmin(world.app);
    const cookie = `stagepost_session=${'x'.repeat(43)}; ${admin.cookie}`;
    expect((await admin.ask('GET', '/api/session', undefined, { cookie })).status).toBe(200);
  });

  it('ends with a sign-out, for whoever kept the cookie too', async () => {
    const admin = await firstAdmin(world.app);
    const { cookie } = admin;
    await admin.ask('DELETE', '/api/session');
    expect((await admin.ask('GET', '/api/session', undefined, { cookie })).status).toBe(401);
  });

  it('ends when the user is removed', async () => {
    const { admin, client, id } = await withRole('viewer');
    await admin.ask('DELETE', `/api/users/${id}`);
    expect((await client.get('/api/session')).status).toBe(401);
  });

  it('ends everywhere when the password is set anew', async () => {
    const { admin, client, id } = await withRole('viewer');
    const { link } = (await admin.ask('POST', `/api/users/${id}/link`)).body;
    const again = { link: secretOf(link), password: 'another long one' };
    await consoleClient(world.app.url).ask('POST', '/api/setup', again);
    expect((await client.get('/api/session')).status).toBe(401);
  });

  it('is over a week after its last use', async () => {
    const admin = await firstAdmin(world.app);
    await world.app.database.db
      .updateTable('sessions')
      .set({ seen_at: Date.now() - 7 * 86_400_000 - 1 })
      .execute();
    expect((await admin.get('/api/session')).status).toBe(401);
  });
});

describe('a sign-in', () => {
  it('says the same of a wrong name and of a wrong password', async () => {
    await firstAdmin(world.app);
    const client = consoleClient(world.app.url);
    const wrong = await client.ask('POST', '/api/session', { name: 'Ann', password: 'wrong password' });
    const nobody = await client.ask('POST', '/api/session', { name: 'Eve', password: 'wrong password' });
    expect(wrong).toMatchObject({ status: 401 });
    expect(nobody.body).toEqual(wrong.body);
  });

  it('has to wait after five tries, also where they come at once', async () => {
    await firstAdmin(world.app, 'Lou');
    const client = consoleClient(world.app.url);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        client.ask('POST', '/api/session', { name: 'Lou', password: 'wrong password' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429]);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

it('tries of strangers do not keep out a user whose browser has set the password by a link', async () => {
  const { admin, client, id } = await withRole('viewer', 'Mia');
  const { link } = (await admin.ask('POST', `/api/users/${id}/link`)).body;
  const other = consoleClient(world.app.url);
  await other.ask('POST', '/api/setup', { link: secretOf(link), password: `${PASSWORD} 2` });
  const signIn = (browser: typeof client, password: string) =>
    browser.ask('POST', '/api/session', { name: 'Mia', password });
  const stranger = consoleClient(world.app.url);
  for (let n = 0; n < 6; n++) await signIn(stranger, 'wrong password');
  expect((await signIn(stranger, `${PASSWORD} 2`)).status).toBe(429);
  expect((await signIn(other, `${PASSWORD} 2`)).status).toBe(200);
});

it('a flood of one-time links that do not exist asks the database four times at once, and leaves it to webhooks', async () => {
  await firstAdmin(world.app);
  const { db } = world.app.database;
  const waiting = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_stat_activity
      where wait_event_type = 'Lock' and query like '%from setup_links where hash%'
    `.execute(db);
    return rows[0]!.count;
  };
  let flood: Promise<{ status: number }>[] = [];
  await db.transaction().execute(async (trx) => {
    await sql`lock table setup_links`.execute(trx);
    const link = { link: 'A'.repeat(43), password: PASSWORD };
    flood = Array.from({ length: 8 }, () => consoleClient(world.app.url).ask('POST', '/api/setup', link));
    await eventually(async () => expect(await waiting()).toBeGreaterThanOrEqual(4));
    for (let n = 0; n < 20; n++) await consoleClient(world.app.url).get('/health/live');
    expect(await waiting()).toBe(4);
  });
  expect((await Promise.all(flood)).map(({ status }) => status)).toEqual(Array(8).fill(403));
});

it('nobody without a sign-in may send more than 16 kilobytes', async () => {
  const client = consoleClient(world.app.url);
  const long = { name: 'Ann', password: 'x'.repeat(16_000) };
  expect((await client.ask('POST', '/api/session', long)).status).toBe(413);
  expect((await client.ask('POST', '/api/setup', { ...long, link: 'x' })).status).toBe(413);
});

describe('a page of another site', () => {
  it.each([
    ['without the header', { 'x-stagepost': '' }],
    ['with another Origin', { origin: 'https://evil.example' }],
    ['with an Origin that is none', { origin: 'null' }],
  ])('changes nothing %s', async (_what, headers) => {
    const admin = await firstAdmin(world.app);
    const question = { name: 'Eve', role: 'admin' };
    expect((await admin.ask('POST', '/api/users', question, headers)).status).toBe(403);
    expect((await admin.get('/api/users')).body.users).toHaveLength(1);
  });

  it('signs nobody in', async () => {
    await firstAdmin(world.app);
    const headers = { origin: 'https://evil.example' };
    const question = { name: 'Ann', password: PASSWORD };
    const answer = await consoleClient(world.app.url).ask('POST', '/api/session', question, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe('a role', () => {
  it.each([
    ['viewer', 'GET', '/api/now', undefined, 200],
    ['viewer', 'POST', '/api/replay/plan', {}, 200],
    ['viewer', 'POST', '/api/replay', { ids: [1] }, 403],
    ['viewer', 'POST', '/api/discard', { why: 'x' }, 403],
    ['editor', 'POST', '/api/replay', { ids: [1] }, 200],
    ['editor', 'GET', '/api/users', undefined, 403],
    ['editor', 'POST', '/api/tokens', { name: 'x', role: 'admin' }, 403],
    ['editor', 'GET', '/api/audit', undefined, 403],
  ] as const)('%s: %s %s %j is answered %i', async (role, method, path, body, status) => {
    const { client } = await withRole(role);
    expect((await client.ask(method, path, body)).status).toBe(status);
  });

  it('of the last admin cannot be taken away', async () => {
    const admin = await firstAdmin(world.app);
    const [{ id }] = (await admin.get('/api/users')).body.users;
    expect((await admin.ask('PATCH', `/api/users/${id}`, { role: 'viewer' })).status).toBe(409);
    expect((await admin.ask('DELETE', `/api/users/${id}`)).status).toBe(409);
  });
});

describe('a token for scripts', () => {
  it('asks with its role, needs no other header, and ends when it is removed', async () => {
    const admin = await firstAdmin(world.app);
    const { token, secret } = (await admin.ask('POST', '/api/tokens', { name: 'ci', role: 'editor' })).body;
    const script = consoleClient(world.app.url, `Bearer ${secret}`);
    expect((await script.ask('POST', '/api/replay', { ids: [1] })).status).toBe(200);
    expect((await script.get('/api/users')).status).toBe(403);
    await admin.ask('DELETE', `/api/tokens/${token.id}`);
    expect((await script.get('/api/now')).status).toBe(401);
  });

  it('is never shown again, nor stored', async () => {
    const admin = await firstAdmin(world.app);
    const { secret } = (await admin.ask('POST', '/api/tokens', { name: 'ci', role: 'viewer' })).body;
    expect(JSON.stringify((await admin.get('/api/tokens')).body)).not.toContain(secret);
    const rows = await world.app.database.db.selectFrom('tokens').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

it('the audit log says who did what', async () => {
  const { admin, client } = await withRole('editor', 'Ed');
  world.kommo.switches.noteTextMax = 5;
  const deal = world.deal();
  world.move(deal.id, 'Closed - won');
  await world.customerio.waitFor(() => world.customerio.events('deal_won').length === 1);
  await world.settled();
  await client.ask('POST', '/api/discard', { deal: deal.id, why: 'a test deal' });
  const { entries } = (await admin.get('/api/audit')).body;
  expect(entries[0]).toMatchObject({
    who: 'Ed',
    what: 'discard',
    kind: 'user',
    connection: 'acme',
    detail: expect.stringMatching(/^acme, 1 dead letter \(\d+\), because: a test deal$/),
  });
  expect(entries.map(({ who, what }: { who: string; what: string }) => `${who}: ${what}`)).toEqual([
    'Ed: discard',
    'Ed: password_set',
    'Ann: link_made',
    'Ann: user_added',
    'Ann: password_set',
    'nobody: user_added',
    'Stagepost: link_made',
  ]);
});

describe('what the audit log cannot record', () => {
  beforeEach(async () => {
    const { db } = world.app.database;
    return async () => {
      await sql`alter table if exists audit_away rename to audit`.execute(db);
    };
  });
  const breakAudit = () => sql`alter table audit rename to audit_away`.execute(world.app.database.db);

  it('about users is not done', async () => {
    const admin = await firstAdmin(world.app);
    await breakAudit();
    expect((await admin.ask('POST', '/api/users', { name: 'Ed', role: 'editor' })).status).toBe(500);
    expect((await admin.get('/api/users')).body.users).toHaveLength(1);
  });

  it('about dead letters is not done', async () => {
    const admin = await firstAdmin(world.app);
    world.kommo.switches.noteTextMax = 5;
    const deal = world.deal();
    world.move(deal.id, 'Closed - won');
    const dead = async () => (await admin.get(`/api/failures/list?deal=${deal.id}`)).body.letters;
    await eventually(async () => expect(await dead()).toHaveLength(1));
    const [{ id }] = await dead();
    await breakAudit();
    expect((await admin.ask('POST', '/api/replay', { ids: [id] })).status).toBe(500);
    expect((await admin.ask('POST', '/api/discard', { ids: [id], why: 'a test' })).status).toBe(500);
    expect(await dead()).toMatchObject([{ id }]);
  });
});
