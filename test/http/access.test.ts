import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Route, type RouteName, routes } from '../../src/http/api/contract.ts';
import { otherRoutes } from '../../src/http/route-table.ts';
import { type ConsoleClient, consoleClient, firstAdmin, PASSWORD } from '../support/console-client.ts';
import { startWorld, type World } from '../support/world.ts';

/*
 * Walks the table of routes for everybody who can ask, and compares the answers with what the table says. The rest of the
 * table, the entries of the audit log, is in routes.test.ts.
 */

const ROLES = ['viewer', 'editor', 'admin'] as const;
type Role = (typeof ROLES)[number];

/** The connection with deals, which is hidden from those who are limited to `beta`. */
const HIDDEN = 'acme';

let world: World;
let nobody: ConsoleClient;
const users = new Map<Role, ConsoleClient>();
const tokens = new Map<Role, ConsoleClient>();
/** Limited to `beta`. */
const limited = new Map<Role, ConsoleClient>();
let folder: ConsoleClient;
let eventId: number;
let deadId: number;
let dealId: number;

beforeAll(async () => {
  world = await startWorld({ database: 'embedded', config: withBeta });
  const admin = await firstAdmin(world.app);
  nobody = consoleClient(world.app.url);
  users.set('admin', admin);
  for (const role of ROLES) {
    if (role !== 'admin') users.set(role, await userWith(admin, { name: role, role }));
    limited.set(role, await userWith(admin, { name: `beta ${role}`, role, connections: ['beta'] }));
    const { secret } = (await admin.ask('POST', '/api/tokens', { name: role, role })).body;
    tokens.set(role, consoleClient(world.app.url, `Bearer ${secret}`));
  }
  const lock = JSON.parse(readFileSync(join(world.store.dataDir!, 'stagepost.lock'), 'utf8'));
  folder = consoleClient(world.app.url, `Bearer ${lock.token}`);
  await makeDeadLetter(admin);
});
afterAll(() => world?.close());

/** The example with a second connection, whose Kommo does not answer. */
function withBeta(yaml: string): string {
  const { connections } = parse(yaml);
  const kommo = { ...connections.acme.kommo, url: 'http://127.0.0.1:9' };
  return stringify(
    { connections: { ...connections, beta: { ...connections.acme, kommo } } },
    { aliasDuplicateObjects: false },
  );
}

async function userWith(admin: ConsoleClient, user: object): Promise<ConsoleClient> {
  const { link } = (await admin.ask('POST', '/api/users', user)).body;
  const client = consoleClient(world.app.url);
  await client.ask('POST', '/api/setup', { link: link.split('#')[1], password: PASSWORD });
  return client;
}

async function makeDeadLetter(admin: ConsoleClient): Promise<void> {
  world.kommo.switches.noteTextMax = 5;
  dealId = world.deal({ email: 'ann@hidden.example' }).id;
  world.move(dealId, 'Closed - won');
  await world.customerio.waitFor(() => world.customerio.mailbox('ann@hidden.example')[0]);
  await world.settled();
  eventId = (await admin.get(`/api/activity?deal=${dealId}&kind=deal_moved`)).body.rows[0].id;
  deadId = (await admin.get('/api/failures/list')).body.letters[0].id;
}

const draft = { text: 'stages: []' };
/** How each route is asked about the hidden connection, or in general: valid, and without consequences. */
const samples: Record<RouteName, () => { query?: string; body?: object; id?: number }> = {
  setUp: () => ({ body: {} }),
  signIn: () => ({ body: {} }),
  whoAmI: () => ({}),
  signOut: () => ({}),
  users: () => ({}),
  addUser: () => ({ body: {} }),
  changeUser: () => ({ id: 999_999, body: {} }),
  linkForUser: () => ({ id: 999_999 }),
  endLink: () => ({ id: 999_999 }),
  removeUser: () => ({ id: 999_999 }),
  tokens: () => ({}),
  addToken: () => ({ body: {} }),
  removeToken: () => ({ id: 999_999 }),
  audit: () => ({}),
  now: () => ({}),
  health: () => ({}),
  charts: () => ({ query: `connection=${HIDDEN}` }),
  activity: () => ({ query: `connection=${HIDDEN}` }),
  activityStream: () => ({ query: `connection=${HIDDEN}` }),
  event: () => ({ id: eventId }),
  subjects: () => ({ query: `q=${dealId}&connection=${HIDDEN}` }),
  watches: () => ({ query: `connection=${HIDDEN}` }),
  rules: () => ({ query: `connection=${HIDDEN}` }),
  ruleSource: () => ({ query: `connection=${HIDDEN}` }),
  ruleVersions: () => ({ query: `connection=${HIDDEN}` }),
  ruleHelp: () => ({ query: `connection=${HIDDEN}` }),
  ruleDifference: () => ({ query: `connection=${HIDDEN}&from=0&to=7` }),
  ruleCheck: () => ({ body: { connection: HIDDEN, draft } }),
  rulePreview: () => ({
    body: { connection: HIDDEN, draft, on: { kind: 'deal', dealId, pipelineId: 1, stageId: 1 } },
  }),
  eventPreview: () => ({ query: `connection=${HIDDEN}&event=${eventId}` }),
  ruleCompare: () => ({ body: { connection: HIDDEN, draft } }),
  rulePublish: () => ({ body: { connection: HIDDEN, draft, basedOn: 7 } }),
  checks: () => ({ query: `connection=${HIDDEN}` }),
  runChecks: () => ({ body: { connection: HIDDEN } }),
  mendCheck: () => ({ body: { connection: HIDDEN, check: 'kommo webhook' } }),
  testWebhook: () => ({ body: { connection: HIDDEN, side: 'kommo' } }),
  failures: () => ({ query: `connection=${HIDDEN}` }),
  failureList: () => ({ query: `connection=${HIDDEN}` }),
  replayPlan: () => ({ body: { connection: HIDDEN } }),
  replay: () => ({ body: { ids: [999_999] } }),
  replayProgress: () => ({ body: { ids: [deadId] } }),
  discard: () => ({ body: { connection: HIDDEN, ids: [999_999], why: 'a test' } }),
  trace: () => ({ query: `q=${dealId}&connection=${HIDDEN}` }),
  status: () => ({}),
  openApi: () => ({}),
  alerts: () => ({}),
  testAlert: () => ({ body: { receiver: 'none' } }),
  addMute: () => ({ body: { connection: HIDDEN, endsAt: 1 } }),
  removeMute: () => ({ id: 999_999 }),
};

function ask(client: ConsoleClient, name: RouteName, sample = samples[name]()) {
  const route: Route = routes[name];
  const path = route.path.replace(/:\w+/, String(sample.id));
  return client.ask(route.method, sample.query ? `${path}?${sample.query}` : path, sample.body);
}

/** Rendering drafts takes seconds, a stream never ends, and a sign-out ends what other questions need. */
const SLOW: RouteName[] = [
  'rulePreview',
  'ruleCompare',
  'ruleCheck',
  'activityStream',
  'signOut',
  'testWebhook',
];
const names = Object.keys(routes) as RouteName[];
const isRefusal = (status: number) => status === 401 || status === 403;

describe.each(names.filter((name) => routes[name].role !== 'anyone'))('%s', (name) => {
  const route: Route = routes[name];
  const rank = ROLES.indexOf(route.role as Role);

  it('is refused to nobody, and to roles below the one in the table', async () => {
    expect((await ask(nobody, name)).status).toBe(401);
    for (const role of ROLES.slice(0, rank)) {
      expect([role, (await ask(users.get(role)!, name)).status]).toEqual([role, 403]);
      expect([role, (await ask(tokens.get(role)!, name)).status]).toEqual([role, 403]);
    }
  });

  it.skipIf(SLOW.includes(name))('is open to this role and those above, and to the commands', async () => {
    for (const role of ROLES.slice(rank)) {
      expect(isRefusal((await ask(users.get(role)!, name)).status)).toBe(false);
      const isForToken = !route.managesPeople;
      expect(isRefusal((await ask(tokens.get(role)!, name)).status)).toBe(!isForToken);
    }
    expect(isRefusal((await ask(folder, name)).status)).toBe(false);
  });

  it.runIf(route.scope === 'named')(
    'does not exist for a connection that is hidden, or not configured',
    async () => {
      const client = limited.get('admin')!;
      const hidden = await ask(client, name);
      const other = JSON.parse(JSON.stringify(samples[name]()).replaceAll(HIDDEN, 'left-long-ago'));
      const missing = await ask(client, name, other);
      expect([hidden.status, missing.status]).toEqual([404, 404]);
      expect(hidden.body).toEqual(missing.body);
      // Of the folder's token everything is visible, and still nothing that is not configured.
      expect((await ask(folder, name, other)).status).toBe(404);
    },
  );

  it.skipIf(SLOW.includes(name) || name === 'openApi')(
    'tells a limited admin nothing of a hidden connection',
    async () => {
      const sample = samples[name]();
      const query = sample.query?.replace(/&?connection=\w+/, '');
      const { connection: _, ...body } = (sample.body ?? {}) as { connection?: string };
      const asked = {
        ...sample,
        ...(sample.body ? { body } : {}),
        ...(query === undefined ? {} : { query }),
      };
      const { status, body: answer } = await ask(limited.get('admin')!, name, asked);
      expect(isRefusal(status) && name !== 'addMute').toBe(false);
      const text = JSON.stringify(answer);
      expect(text).not.toContain(HIDDEN);
      expect(text).not.toContain('ann@hidden.example');
    },
  );
});

it('a replay and a discard of a hidden dead letter do nothing', async () => {
  const client = limited.get('admin')!;
  expect((await client.ask('POST', '/api/replay', { ids: [deadId] })).body).toEqual({
    taken: [],
    blocked: [],
  });
  expect((await client.ask('POST', '/api/discard', { ids: [deadId], why: 'x' })).body).toEqual({
    discarded: 0,
  });
  expect((await client.ask('POST', '/api/replay/progress', { ids: [deadId] })).body.counts.dead).toBe(0);
});

it('the same answer comes to everybody where no sign-in is needed', async () => {
  for (const { method, path } of Object.values(otherRoutes)) {
    if (path.includes('*') || path.includes('/enter/') || path.includes('webhooks')) continue;
    const asked = path.replace(/:\w+/g, 'x');
    const answers = await Promise.all(
      [nobody, users.get('admin')!].map((client) => client.ask(method, asked)),
    );
    expect(answers[0]!.status).toBe(answers[1]!.status);
    expect(isRefusal(answers[0]!.status)).toBe(false);
  }
});

describe('an admin who is limited to connections', () => {
  const client = () => limited.get('admin')!;

  it('sees and changes only users within that limit', async () => {
    const seen = (await client().get('/api/users')).body.users.map(({ name }: { name: string }) => name);
    expect(seen).toEqual(['beta admin', 'beta editor', 'beta viewer']);
    const all = (await users.get('admin')!.get('/api/users')).body.users;
    const viewer = all.find(({ name }: { name: string }) => name === 'viewer');
    expect((await client().ask('POST', `/api/users/${viewer.id}/link`)).status).toBe(404);
    expect((await client().ask('DELETE', `/api/users/${viewer.id}`)).status).toBe(404);
  });

  it.each([
    ['all connections', { name: 'wide', role: 'viewer' }],
    ['another connection', { name: 'wide', role: 'viewer', connections: ['beta', 'acme'] }],
  ])('cannot give access to %s', async (_what, body) => {
    expect((await client().ask('POST', '/api/users', body)).status).toBe(403);
    expect((await client().ask('POST', '/api/tokens', body)).status).toBe(403);
  });

  it('cannot widen their own access', async () => {
    const { users: seen } = (await client().get('/api/users')).body;
    const own = seen.find(({ name }: { name: string }) => name === 'beta admin');
    expect((await client().ask('PATCH', `/api/users/${own.id}`, { connections: null })).status).toBe(403);
  });
});
