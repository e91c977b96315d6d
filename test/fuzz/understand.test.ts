import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/pipeline/connection.ts';
import { planBatch } from '../../src/pipeline/plan/plan-batch.ts';
import { resolveIncompleteMoves } from '../../src/pipeline/understand/resolve-incomplete-moves.ts';
import { understand } from '../../src/pipeline/understand/understand.ts';
import type { Database } from '../../src/store/database/database.ts';
import { type RawRequest, storeRequests } from '../../src/store/inbox.ts';
import { openTestDatabase } from '../support/databases.ts';
import { contact, deal, rules, SALES } from '../support/entities.ts';
import { takeLease } from '../support/leases.ts';
import { storedRequests } from '../support/stored-requests.ts';
import { CUSTOMERIO_SAMPLES, KOMMO_SAMPLES, mutated, PATIENCE, runs } from './support.ts';

/*
 * Whatever was answered 200 is understood: each request ends with an outcome in words, and what comes
 * of it is planned.
 */

const NOW = 1_772_013_600_000;

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
});
afterAll(() => database.close());

/** The stages and reports of the samples, so that most of what is left whole leads to actions. */
const STAGES = [
  [788512, 16525558],
  [9621010, 76789230],
  [936736, 17944873],
  [6344290, 54435014],
] as const;
const REPORTS = ['opened', 'clicked', 'converted', 'unsubscribed', 'bounced', 'spammed', 'dropped', 'failed'];
const RULES = rules({
  stages: STAGES.map(([pipelineId, stageId]) => ({
    pipelineId,
    stageId,
    pipelineName: 'Sales',
    stageName: String(stageId),
    event: `stage_${stageId}`,
    data: { amount: 'deal.price', said: 'To {{ contact.name | upcase }}' },
    note: '{{ event }} for {{ person }}',
    tags: { add: ['{{ event }}'], remove: ['{{ deal.name }}'] },
    unmailableClients: 'send' as const,
    condition: null,
    delaySeconds: 0,
    quietHours: null,
    whenLeft: 'drop' as const,
    once: null,
    bulkGuard: null,
  })),
  reactions: [...REPORTS.map((metric) => `email_${metric}`), 'customer_unsubscribed'].map((name) => ({
    name,
    note: '{{ subject | truncate: 40 }} {{ href }} {{ recipient }} {{ occurred_at | date: "%F" }} {{ campaign_id | plus: 1 }}',
    task: { text: '{{ failure_message }} {{ delivery_id }}', dueSeconds: 86_400 },
    fields: { email_status: '{{ metric }}' },
    tags: { add: ['{{ metric }}'], remove: ['{{ subject }}'] },
    repeat: 'first',
    machineOpens: 'count',
  })),
});

/** A Kommo in which every deal and contact exists, and everybody is found. */
const KOMMO = {
  deals: async (ids: number[]) => new Map(ids.map((id) => [id, deal({ id, contactIds: [id] })])),
  contacts: async (ids: number[]) =>
    new Map(ids.map((id) => [id, contact({ id, emails: [`c${id}@example.com`] })])),
  companies: async () => new Map(),
  searchContacts: async (email: string) => ({
    contacts: email.length % 2 ? [contact({ emails: [email] })] : [],
    isComplete: true,
  }),
  dealMoves: async () => [],
};

const log = pino({ level: 'silent' });
let names = 0;

function connect(): Connection {
  const name = `c${names++}`;
  const account = { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'Europe/Madrid' };
  const catalog = {
    account,
    pipelines: [SALES],
    users: [],
    dealFields: [],
    contactFields: [],
    companyFields: [],
  };
  const own = { name, owner: 'fuzz', kommo: KOMMO, track: {}, app: null, catalog, rules: RULES };
  return { ...own, refreshCatalog: async () => catalog } as unknown as Connection;
}

type Sent = Pick<RawRequest, 'source' | 'body' | 'headers'>;

/** Stores, understands and plans; @returns the requests' outcomes and the events' reasons, in words. */
async function process(sent: Sent[]): Promise<{ outcomes: string[]; reasons: string[] }> {
  const connection = connect();
  const { name } = connection;
  await takeLease(database.db, name, connection.owner);
  await storeRequests(
    database.db,
    sent.map((request) => ({ ...request, connection: name, receivedAt: NOW })),
  );
  await understand(database.db, connection, NOW);
  const inbox = await storedRequests(database.db, name);
  expect(inbox).toHaveLength(sent.length);
  for (const row of inbox) expect(row.state, Buffer.from(row.body!).toString()).toBe('done');

  let now = NOW;
  const open = () =>
    database.db
      .selectFrom('events')
      .select('id')
      .where('connection', '=', name)
      .where('state', '=', 'new')
      .execute();
  // The hints of the Digital Pipeline come due later and later, for half a minute; strangers wait for their turn.
  for (let turn = 0; turn < 8 || (turn < 100 && (await open()).length > 0); turn++) {
    await planBatch({ database, connection, log, now });
    await resolveIncompleteMoves(database.db, connection, now);
    now += 20_000;
  }
  expect(await open()).toEqual([]);
  const events = await database.db.selectFrom('events').selectAll().where('connection', '=', name).execute();
  return {
    outcomes: inbox.map((row) => row.outcome ?? ''),
    reasons: events.map((row) => `${row.reason} ${row.warnings.join(' ')}`),
  };
}

const contentType = fc.constantFrom('application/x-www-form-urlencoded', 'application/json', '', 'text/html');
const encoding = fc.constantFrom<Record<string, string>[]>({}, {}, {}, { 'content-encoding': 'gzip' });
const request = (source: Sent['source'], body: fc.Arbitrary<Buffer>): fc.Arbitrary<Sent> =>
  fc
    .record({ body, type: contentType, encoding })
    .map((made) => ({ source, body: made.body, headers: { 'content-type': made.type, ...made.encoding } }));
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

describe('a stored request is understood and its events are planned', () => {
  it.each([
    ['kommo', KOMMO_SAMPLES],
    ['customerio', CUSTOMERIO_SAMPLES],
  ] as const)('of %s: the samples as they are', async (source, samples) => {
    const sent = samples.map(({ body }) => ({ source, body, headers: {} }));
    const { outcomes, reasons } = await process(sent);
    expect(outcomes.filter((words) => words.startsWith('Ignored'))).toEqual([]);
    expect(reasons.filter((words) => words.includes('could not be planned'))).toEqual([]);
  });

  it.each([
    ['kommo', KOMMO_SAMPLES],
    ['customerio', CUSTOMERIO_SAMPLES],
  ] as const)(
    'of %s: samples with bytes changed, and any bytes',
    async (source, samples) => {
      const sent = request(
        source,
        fc.oneof({ weight: 9, arbitrary: mutated(samples) }, { weight: 1, arbitrary: anyBytes }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(sent, { minLength: 20, maxLength: 40 }), async (requests) => {
          const { outcomes, reasons } = await process(requests);
          for (const words of outcomes) expect(words).toMatch(/^[A-Z][^\0]{10,6000}\.$/su);
          // Both would be an exception that was caught on the way.
          expect(outcomes.filter((words) => words.includes('could not be stored'))).toEqual([]);
          expect(reasons.filter((words) => words.includes('could not be planned'))).toEqual([]);
        }),
        runs(8),
      );
    },
    PATIENCE,
  );
});

describe('ids that no database column could hold', () => {
  const ids = [
    '0',
    '-5',
    '9007199254740991',
    '9007199254740992',
    '9223372036854775808',
    '1e3',
    '0x10',
    '00000000000000007',
    '5.0',
    '٣',
    '',
    ' 5 ',
    '5\0',
    'NaN',
  ];
  it.each(['delete', 'update', 'status', 'add', 'restore'])('lead to words, in leads[%s]', async (action) => {
    const sent = ids.flatMap((id) => {
      const form = new URLSearchParams();
      for (const key of ['id', 'status_id', 'pipeline_id', 'old_status_id', 'last_modified'])
        form.set(`leads[${action}][0][${key}]`, key === 'old_status_id' ? '3' : id);
      const json = JSON.stringify({
        leads: { [action]: [{ id: Number(id), status_id: id, pipeline_id: Number(id) }] },
      });
      return [form.toString(), json].map((body) => ({
        source: 'kommo' as const,
        body: Buffer.from(body),
        headers: {},
      }));
    });
    const { outcomes } = await process(sent);
    expect(outcomes.filter((words) => words.includes('could not be stored'))).toEqual([]);
    expect(outcomes.every((words) => words.endsWith('.'))).toBe(true);
  });

  it('lead to words in a report of Customer.io', async () => {
    const odd: unknown[] = [
      ...ids,
      2 ** 53,
      1e308,
      -1,
      [1],
      { a: 1 },
      true,
      null,
      'x'.repeat(300),
      'ß'.repeat(200),
      '\ud800',
      '\u0000',
    ];
    const sent = odd.flatMap((value) =>
      ['event_id', 'timestamp', 'delivery_id', 'id', 'email', 'recipient', 'subject'].map((name) => {
        const data = { delivery_id: 'd', subject: 's', recipient: 'a@b.c', [name]: value };
        const identifiers = { id: '1', email: 'a@b.c', [name]: value };
        const body = {
          event_id: `e${odd.indexOf(value)}${name}`,
          object_type: 'email',
          metric: 'opened',
          timestamp: 1772013598,
          data: { ...data, identifiers },
          [name]: value,
        };
        return { source: 'customerio' as const, body: Buffer.from(JSON.stringify(body)), headers: {} };
      }),
    );
    const { outcomes, reasons } = await process(sent.slice(0, 250));
    expect(outcomes.filter((words) => words !== 'Customer.io reports email_opened.')).toEqual([]);
    expect(reasons.filter((words) => words.includes('could not be planned'))).toEqual([]);
  });
});

describe('a compressed body is explained', () => {
  const packers = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
  const [kommo] = KOMMO_SAMPLES;
  const [report] = CUSTOMERIO_SAMPLES;

  it.each(Object.keys(packers) as (keyof typeof packers)[])(
    'packed with %s, as its header says',
    async (encoding) => {
      const pack = packers[encoding];
      const headers = { 'content-encoding': encoding };
      const { outcomes } = await process([
        { source: 'kommo', body: pack(kommo!.body), headers },
        { source: 'customerio', body: pack(report!.body), headers },
      ]);
      expect(outcomes).toEqual([
        expect.stringMatching(`^Ignored: The body is compressed \\(${encoding}\\)`),
        expect.stringMatching(`^Ignored: The body is compressed \\(${encoding}\\)`),
      ]);
    },
  );

  it('packed with gzip although no header says so', async () => {
    const { outcomes } = await process([{ source: 'customerio', body: gzipSync(report!.body), headers: {} }]);
    expect(outcomes).toEqual([expect.stringContaining('compressed (gzip)')]);
  });

  it('and read where only the header says so: a proxy has unpacked it', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const { outcomes } = await process([
      { source: 'kommo', body: Buffer.from('leads[delete][0][id]=5'), headers },
      { source: 'kommo', body: Buffer.from('task[add][0][id]=5'), headers },
      { source: 'customerio', body: report!.body, headers },
      { source: 'customerio', body: Buffer.from('{}'), headers },
    ]);
    expect(outcomes.join(' ')).not.toContain('compressed');
  });
});
