import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { systemClock } from 'pg-boss';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Alerts } from '../../src/alerts/alerts.ts';
import { createBackfills } from '../../src/backfills/backfills.ts';
import { ConnectionSet } from '../../src/connections/connection-set.ts';
import { createConsoleServices } from '../../src/console-api/services.ts';
import { createDeadLetters } from '../../src/failures/dead-letters.ts';
import { createHolds } from '../../src/holds/holds.ts';
import { type Route, routes } from '../../src/http/api/contract.ts';
import { KommoLimits } from '../../src/kommo/index.ts';
import { KEY_BYTES, Keyring } from '../../src/secrets/keyring.ts';
import type { Database } from '../../src/store/database/database.ts';
import { trace } from '../../src/store/events/trace.ts';
import { COMMANDS } from '../../src/store/users/actor.ts';
import { openTestDatabase } from '../support/databases.ts';
import { exampleConfig } from '../support/example-config.ts';
import { openKommoAccess } from '../support/kommo-access.ts';
import { createTestServer, leaks, PATIENCE, runs, type TestServer, TOKEN } from './support.ts';

/*
 * The API with the real questions to a real database behind it: whatever is asked is answered or
 * refused in words, never with a 5xx; and without the token nothing is answered at all.
 */

let database: Database;
let server: TestServer;
beforeAll(async () => {
  database = await openTestDatabase('postgres');
  const letters = createDeadLetters({
    database,
    connections: [{ name: 'acme', requestsPerSecond: 7 }],
    actor: COMMANDS,
    now: () => Date.now(),
  });
  const keyring = new Keyring([randomBytes(KEY_BYTES)]);
  const console = createConsoleServices({
    config: exampleConfig(),
    connections: new ConnectionSet(exampleConfig().connections),
    now: () => Date.now(),
    database: async () => database,
    alerts: async () =>
      new Alerts({
        ...{ config: exampleConfig().alerts, connections: () => ['acme'], db: database.db, owner: 'test' },
        ...{ health: () => null, kommoOf: () => null, publicUrl: () => null },
        ...{ clock: systemClock, log: pino({ level: 'silent' }) },
      }),
    supervisors: () => null,
    publicUrl: () => null,
    localUrl: () => null,
    demo: null,
    refreshConnections: async () => {},
    unreadableConnections: () => [],
    existingKeyring: () => new Keyring([]),
    dataDir: null,
    keyring: () => keyring,
    kommoLimits: new KommoLimits(),
    kommoAccess: openKommoAccess({ db: database.db, keyring }),
    accountOrigins: { kommo: null, customerio: null },
    log: pino({ level: 'silent' }),
    onError: (error) => {
      throw error;
    },
  }).options;
  const api = {
    token: TOKEN,
    console,
    connections: () => ['acme'],
    trace: async (query: string) => [await trace(database.db, 'acme', query)],
    status: async () => ({ connections: [], open: [] }),
    deadLetters: async () => letters,
    holds: async () =>
      createHolds({ database, connections: ['acme'], actor: COMMANDS, now: () => Date.now() }),
    backfills: async () =>
      createBackfills({ database, connections: ['acme'], actor: COMMANDS, now: () => Date.now() }),
  };
  server = await createTestServer({ api });
});
afterAll(async () => {
  await server.app.close();
  await database.close();
});

/** Paths of the routes, each parameter in a few shapes. The stream never ends by itself: its questions are the list's. */
const paths = (isWanted: (route: Route) => boolean) =>
  Object.values<Route>(routes)
    .filter((route) => isWanted(route) && !route.stream)
    .flatMap(({ path }) => (path.includes(':') ? IDS.map((id) => path.replace(/:\w+/, id)) : [path]));
const IDS = ['1', '0', '-1', 'x', '9007199254740993', '99999999999999999999', '%00', '__proto__'];
const GETS = paths(({ method }) => method === 'GET');
const POSTS = paths(({ method }) => method === 'POST');
const FOR_ALL = paths(({ role }) => role === 'anyone');
const NAMES = [
  'q',
  'connection',
  'ids',
  'deal',
  'reason',
  'since',
  'until',
  'above',
  'limit',
  'why',
  'kind',
  'direction',
  'outcome',
  'email',
  'name',
  'before',
  'range',
  'repaired',
  'role',
  'link',
  'password',
  '__proto__',
  'constructor',
];

const text = fc.oneof(
  fc.constantFrom(
    '',
    '5',
    '-1',
    '1e400',
    '99999999999999999999',
    '9223372036854775808',
    '9007199254740991',
    '0x5',
    'NaN',
    '1,2,x',
    '1,2',
  ),
  fc.constantFrom(
    'a@b.c',
    'acme',
    'email_opened',
    'deal_moved',
    'to_kommo',
    'failed',
    'open',
    'done',
    'admin',
    '7d',
    'true',
    '%',
    '%_',
    "'; drop table inbox; --",
    '\0',
    'a\0b',
    '\ufeff',
    '{{ x }}',
    '<script>',
    'x'.repeat(3_000),
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
/** A query as it is on the wire: proper, repeated, with brackets, or with broken percent sequences. */
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(...NAMES, 'q[]', 'q[x]', ''),
      fc.oneof(text.map(encodeURIComponent), fc.constantFrom('%', '%zz', '%ff', '%00')),
    ),
    { maxLength: 5 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

const value = fc.oneof(
  text,
  fc.integer(),
  fc.constantFrom(null, true, 1e21, 1.5, -0),
  fc.array(fc.oneof(fc.integer(), text), { maxLength: 4 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .dictionary(fc.constantFrom(...NAMES), value, { noNullPrototype: true })
      .map((made) => JSON.stringify(made)),
  },
  { weight: 1, arbitrary: fc.jsonValue().map((made) => JSON.stringify(made)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{',
      `${'['.repeat(50_000)}`,
      `{"ids":${'['.repeat(400_000)}${']'.repeat(400_000)}}`,
      '{"__proto__":{"ids":[1]}}',
      '{"ids":[9007199254740991]}',
    ),
  },
);
const type = fc.constantFrom(
  'application/json',
  'application/json; charset=latin1',
  'text/plain',
  'application/x-www-form-urlencoded',
  'nonsense',
  '',
);

async function ask(method: 'GET' | 'POST', url: string, payload: string, headers: Record<string, string>) {
  const answer = await server.app.inject({ method, url, headers, ...(method === 'POST' ? { payload } : {}) });
  expect(leaks(answer.payload)).toEqual([]);
  return answer;
}

const rightly = { authorization: `Bearer ${TOKEN}` };

describe('whoever has the token', () => {
  it(
    'is answered or refused in words, whatever the query',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...GETS), query, async (path, search) => {
          const answer = await ask('GET', `${path}?${search}`, '', rightly);
          expect([200, 400, 404]).toContain(answer.statusCode);
          expect(answer.headers['content-type']).toContain('application/json');
          if (answer.statusCode === 400) expect(answer.json().error).toMatch(/\S.*\.$|q=…$/s);
        }),
        runs(125),
      );
    },
    PATIENCE,
  );

  it(
    'is answered or refused in words, whatever the body',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...POSTS), body, type, async (path, payload, contentType) => {
          const answer = await ask('POST', path, payload, { ...rightly, 'content-type': contentType });
          expect([200, 400, 401, 403, 404, 409, 413, 415, 429]).toContain(answer.statusCode);
          if (answer.statusCode !== 200) expect(answer.json().error).toMatch(/\S.*\.$/s);
        }),
        runs(125),
      );
    },
    PATIENCE,
  );

  it('is told 413 for a body over a megabyte', async () => {
    const payload = JSON.stringify({ why: 'x'.repeat(1_100_000) });
    const headers = { ...rightly, 'content-type': 'application/json' };
    expect((await ask('POST', '/api/discard', payload, headers)).statusCode).toBe(413);
  });
});

describe('whoever has no token', () => {
  const wrong = fc.oneof(
    fc.constantFrom(
      '',
      TOKEN,
      `bearer ${TOKEN}`,
      `Bearer  ${TOKEN}`,
      `Bearer ${TOKEN} `,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      'Bearer ',
      'Bearer undefined',
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN}, Bearer ${TOKEN}`,
    ),
    fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,40}$/),
  );
  it(
    'is told 401 whatever is asked, and nothing else',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...[...GETS, ...POSTS].filter((path) => !FOR_ALL.includes(path))),
          query,
          wrong,
          async (path, search, authorization) => {
            const method = GETS.includes(path) ? 'GET' : 'POST';
            const answer = await ask(method, `${path}?${search}`, '{}', {
              authorization,
              'content-type': 'application/json',
            });
            expect(answer.statusCode).toBe(401);
            expect(answer.json()).toEqual({ error: 'Sign in first, or send a token.' });
          },
        ),
        runs(100),
      );
    },
    PATIENCE,
  );
});
