import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Route, type RouteName, routes } from '../../src/http/api/contract.ts';
import { otherRoutes } from '../../src/http/route-table.ts';
import { addCase, casesOf } from '../../src/store/rule-cases.ts';
import { SYSTEM } from '../../src/store/users/actor.ts';
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
/** An admin of `beta` who is a viewer of the hidden connection. */
let mixed: ConsoleClient;
/** As `mixed`, by a token. */
let mixedToken: ConsoleClient;
let folder: ConsoleClient;
let eventId: number;
let deadId: number;
let dealId: number;
let backfillId: number;
let holdId: number;
let muteId: number;
let caseId: number;
let viewerId: number;
let tokenId: number;

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
  const roles = { [HIDDEN]: 'viewer', beta: 'admin' };
  mixed = await userWith(admin, { name: 'mixed', roles });
  const made = await admin.ask('POST', '/api/tokens', { name: 'mixed', roles, managesPeople: true });
  mixedToken = consoleClient(world.app.url, `Bearer ${made.body.secret}`);
  const lock = JSON.parse(readFileSync(join(world.store.dataDir!, 'stagepost.lock'), 'utf8'));
  folder = consoleClient(world.app.url, `Bearer ${lock.token}`);
  await makeDeadLetter(admin);
  await makeThings(admin);
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

/** One of each thing of the hidden connection that has an id, and a user and a token for all connections. */
async function makeThings(admin: ConsoleClient): Promise<void> {
  const { db } = world.app.database;
  backfillId = (await admin.ask('POST', '/api/backfills', { connection: HIDDEN })).body.id;
  const { rows } = await sql<{ id: number }>`
    insert into holds (connection, pipeline_id, stage_id, event, first_at, last_at, opened_at, changed_at)
    values (${HIDDEN}, 1, 2, 'deal_won', 1, 2, 3, 3) returning id
  `.execute(db);
  holdId = rows[0]!.id;
  const mute = { connection: HIDDEN, endsAt: Date.now() + 3_600_000 };
  muteId = (await admin.ask('POST', '/api/alerts/mutes', mute)).body.id;
  const facts = { facts: Buffer.from([1]), expected: Buffer.from([1]) };
  const hidden = { connection: HIDDEN, name: 'Hidden', title: 'A move.', deal_id: dealId, contact_ids: [] };
  caseId = (await addCase(db, { ...hidden, ...facts }, { actor: SYSTEM, at: 1 }))!;
  const { users: all } = (await admin.get('/api/users')).body;
  viewerId = all.find(({ name }: { name: string }) => name === 'viewer').id;
  tokenId = (await admin.get('/api/tokens')).body.tokens[0].id;
}

const draft = { text: 'stages: []' };
/** How each route is asked about the hidden connection, or in general: valid, and without consequences. */
const samples: Record<RouteName, () => { query?: string; body?: object; id?: number; part?: string }> = {
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
  funnel: () => ({ query: `connection=${HIDDEN}` }),
  stageEntries: () => ({ query: `connection=${HIDDEN}` }),
  lostClients: () => ({ query: `kind=unsubscribed&connection=${HIDDEN}` }),
  now: () => ({}),
  health: () => ({}),
  charts: () => ({ query: `connection=${HIDDEN}` }),
  activity: () => ({ query: `connection=${HIDDEN}` }),
  activityOptions: () => ({ query: `connection=${HIDDEN}` }),
  activityStream: () => ({ query: `connection=${HIDDEN}` }),
  event: () => ({ id: eventId }),
  search: () => ({ query: `q=ann&connection=${HIDDEN}` }),
  subjects: () => ({ query: `q=${dealId}&connection=${HIDDEN}` }),
  calls: () => ({ query: `connection=${HIDDEN}` }),
  watches: () => ({ query: `connection=${HIDDEN}` }),
  rules: () => ({ query: `connection=${HIDDEN}` }),
  coverage: () => ({ part: HIDDEN }),
  draftCoverage: () => ({ part: HIDDEN, body: { events: [] } }),
  refreshCoverage: () => ({ part: HIDDEN }),
  ruleSource: () => ({ query: `connection=${HIDDEN}` }),
  ruleVersions: () => ({ query: `connection=${HIDDEN}` }),
  ruleHelp: () => ({ query: `connection=${HIDDEN}` }),
  ruleDifference: () => ({ query: `connection=${HIDDEN}&from=0&to=7` }),
  ruleEffects: () => ({ body: { connection: HIDDEN, draft: { text: '' } } }),
  ruleCheck: () => ({ body: { connection: HIDDEN, draft } }),
  rulePreview: () => ({
    body: { connection: HIDDEN, draft, on: { kind: 'deal', dealId, pipelineId: 1, stageId: 1 } },
  }),
  eventPreview: () => ({ query: `connection=${HIDDEN}&event=${eventId}` }),
  sampleDeals: () => ({ query: `connection=${HIDDEN}` }),
  ruleRender: () => ({
    body: { connection: HIDDEN, dealId, texts: [{ key: 'a', kind: 'value', source: 'deal.id' }] },
  }),
  ruleCases: () => ({ query: `connection=${HIDDEN}` }),
  saveRuleCase: () => ({ body: { connection: HIDDEN, name: 'Mine', on: { kind: 'event', id: eventId } } }),
  judgeRuleCases: () => ({ body: { connection: HIDDEN } }),
  changeRuleCase: () => ({ id: 999_999, body: { connection: HIDDEN, name: 'Other' } }),
  deleteRuleCase: () => ({ id: 999_999, query: `connection=${HIDDEN}` }),
  ruleTest: () => ({
    body: { connection: HIDDEN, rule: { part: 'stages', index: 0 }, dealId, to: 'not an address' },
  }),
  ruleCompare: () => ({ body: { connection: HIDDEN, draft } }),
  rulePublish: () => ({ body: { connection: HIDDEN, draft, basedOn: 7 } }),
  connections: () => ({}),
  connection: () => ({ part: HIDDEN }),
  pauseConnection: () => ({ part: HIDDEN }),
  resumeConnection: () => ({ part: HIDDEN }),
  changeConnection: () => ({ part: HIDDEN, body: {} }),
  exportConnection: () => ({ part: HIDDEN }),
  removeConnection: () => ({ part: HIDDEN }),
  checks: () => ({ query: `connection=${HIDDEN}` }),
  runChecks: () => ({ body: { connection: HIDDEN } }),
  mendCheck: () => ({ body: { connection: HIDDEN, check: 'kommo webhook' } }),
  testWebhook: () => ({ body: { connection: HIDDEN, side: 'kommo' } }),
  setups: () => ({}),
  beginSetup: () => ({ body: { name: 'Not a name' } }),
  setupProgress: () => ({ id: 999_999 }),
  answerKommo: () => ({ id: 999_999, body: {} }),
  answerCustomerio: () => ({ id: 999_999, body: {} }),
  setupAccount: () => ({ id: 999_999 }),
  answerRules: () => ({ id: 999_999, body: { text: '' } }),
  finishSetup: () => ({ id: 999_999, body: {} }),
  deleteSetup: () => ({ id: 999_999 }),
  kommoAccess: () => ({ id: 999_999 }),
  startKommoAccess: () => ({ id: 999_999, body: { way: 'button' } }),
  setKommoIntegration: () => ({ id: 999_999, body: { clientId: 'id', clientSecret: 'key' } }),
  pasteKommoCode: () => ({ id: 999_999, body: { code: 'code', account: 'acme' } }),
  failures: () => ({ query: `connection=${HIDDEN}` }),
  waitingWork: () => ({ query: `connection=${HIDDEN}` }),
  failureList: () => ({ query: `connection=${HIDDEN}` }),
  replayPlan: () => ({ body: { connection: HIDDEN } }),
  replay: () => ({ body: { ids: [999_999] } }),
  replayProgress: () => ({ body: { ids: [deadId] } }),
  discard: () => ({ body: { connection: HIDDEN, ids: [999_999], why: 'a test' } }),
  holds: () => ({ query: `connection=${HIDDEN}` }),
  heldDeals: () => ({ id: 999_999 }),
  holdSend: () => ({ id: 999_999, body: {} }),
  holdDiscard: () => ({ id: 999_999, body: { why: 'a test' } }),
  backfills: () => ({ query: `connection=${HIDDEN}` }),
  backfill: () => ({ id: 999_999 }),
  backfillCreate: () => ({ body: { connection: HIDDEN } }),
  backfillStart: () => ({ id: 999_999, body: {} }),
  backfillPause: () => ({ id: 999_999 }),
  backfillResume: () => ({ id: 999_999 }),
  backfillStop: () => ({ id: 999_999 }),
  backfillLeftOut: () => ({ id: 999_999 }),
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
  const path = route.path.replace(/:\w+/, String(sample.id ?? sample.part));
  return client.ask(route.method, sample.query ? `${path}?${sample.query}` : path, sample.body);
}

/** Rendering drafts takes seconds, a stream never ends, and a sign-out ends what other questions need. */
const SLOW: RouteName[] = [
  'rulePreview',
  'ruleRender',
  'judgeRuleCases',
  'saveRuleCase',
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

  it.skipIf(SLOW.includes(name) && rank === 0)(
    'counts the role for the connection that it is about',
    async () => {
      const { status, body } = await ask(mixed, name);
      const isRefused = route.scope === 'all' || (route.scope === 'named' && rank > 0);
      expect([status, isRefusal(status)]).toEqual([status, isRefused]);
      if (isRefused && route.scope === 'named')
        expect(body.error).toMatch(`This needs the role "${route.role}" for ${HIDDEN}.`);
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
      expect(isRefusal(status) && name !== 'addMute').toBe(route.scope === 'all');
      const text = JSON.stringify(answer);
      expect(text).not.toContain(HIDDEN);
      expect(text).not.toContain('ann@hidden.example');
    },
  );
});

it.each([
  ['is hidden', () => limited.get('admin')!, 0],
  ['they may only read', () => mixed, 1],
] as const)('a replay and a discard of a dead letter that %s do nothing', async (_what, clientOf, shown) => {
  const client = clientOf();
  expect((await client.ask('POST', '/api/replay', { ids: [deadId] })).body).toEqual({
    taken: [],
    blocked: [],
  });
  expect((await client.ask('POST', '/api/discard', { ids: [deadId], why: 'x' })).body).toEqual({
    discarded: 0,
  });
  expect((await client.ask('POST', '/api/replay/progress', { ids: [deadId] })).body.counts.dead).toBe(shown);
});

/** The answer of a hold that has no deals to show or to decide about. */
function isNothing({
  deals,
  sent,
  discarded,
}: {
  deals?: object[];
  sent?: number;
  discarded?: number;
}): boolean {
  return deals?.length === 0 || sent === 0 || discarded === 0;
}

/** The connection is named beside the id. */
const isNamed = (name: RouteName) => routes[name].scope === 'named';

describe('what has an id and belongs to another connection', () => {
  const asked: [RouteName, () => number, object?][] = [
    ['event', () => eventId],
    ['backfill', () => backfillId],
    ['backfillLeftOut', () => backfillId],
    ['backfillStart', () => backfillId, {}],
    ['backfillPause', () => backfillId],
    ['backfillResume', () => backfillId],
    ['backfillStop', () => backfillId],
    ['heldDeals', () => holdId],
    ['holdSend', () => holdId, {}],
    ['holdDiscard', () => holdId, { why: 'a test' }],
    ['removeMute', () => muteId],
    ['changeUser', () => viewerId, { role: 'admin' }],
    ['linkForUser', () => viewerId],
    ['endLink', () => viewerId],
    ['removeUser', () => viewerId],
    ['removeToken', () => tokenId],
  ];

  it('is asked about by every route with an id', () => {
    const withId = names.filter((name) => routes[name].path.includes(':id') && !isNamed(name));
    expect(asked.map(([name]) => name).sort()).toEqual(withId.sort());
  });

  it.each([
    ['changeRuleCase', { body: { connection: 'beta', name: 'Mine' } }],
    ['deleteRuleCase', { query: 'connection=beta' }],
  ] as const)('%s: does not exist under the name of a connection of theirs', async (name, sample) => {
    expect((await ask(mixed, name, { id: caseId, ...sample })).status).toBe(404);
    expect(await casesOf(world.app.database.db, HIDDEN, caseId)).toMatchObject([{ name: 'Hidden' }]);
  });

  it.each(asked)('%s: does not exist', async (name, id, body) => {
    const { status, body: answer } = await ask(limited.get('admin')!, name, {
      id: id(),
      ...(body && { body }),
    });
    expect(status === 404 || isNothing(answer)).toBe(true);
    expect(JSON.stringify(answer)).not.toContain(HIDDEN);
  });

  it.each(asked)(
    '%s: is there to be read, and not changed, by a viewer of that connection',
    async (name, id, body) => {
      const { status, body: answer } = await ask(mixed, name, { id: id(), ...(body && { body }) });
      const isRead = routes[name].role === 'viewer';
      if (isRead) expect(status).toBe(200);
      else if (status === 200) expect(isNothing(answer)).toBe(true);
      else expect(answer.error).toMatch(/mixed has the role "(editor|admin)" for beta\.$/);
    },
  );
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

it('a token has roles for connections as a user has', async () => {
  const [one, other] = await Promise.all(
    [HIDDEN, 'beta'].map((connection) => mixedToken.ask('POST', '/api/checks', { connection })),
  );
  expect(one!.body.error).toMatch(
    `This needs the role "editor" for ${HIDDEN}. token mixed has "viewer" for it.`,
  );
  expect(isRefusal(other!.status)).toBe(false);
  expect((await mixed.get('/api/tokens')).body.tokens).toEqual([]);
});

it('makes a token of roles that are its own, and no higher ones', async () => {
  const token = (roles: object) => mixed.ask('POST', '/api/tokens', { name: 'own', roles });
  expect((await token({ [HIDDEN]: 'editor' })).status).toBe(403);
  const { body } = await token({ [HIDDEN]: 'viewer', beta: 'editor' });
  expect(body.token).toMatchObject({ role: 'editor', roles: { [HIDDEN]: 'viewer', beta: 'editor' } });
  expect((await mixed.get('/api/tokens')).body.tokens).toHaveLength(1);
  expect((await mixed.ask('DELETE', `/api/tokens/${body.token.id}`)).status).toBe(200);
});

it('sees who it is, with the role for each connection', async () => {
  const roles = { [HIDDEN]: 'viewer', beta: 'admin' };
  expect((await mixed.get('/api/session')).body).toMatchObject({
    role: 'admin',
    connections: Object.keys(roles),
    roles,
  });
});

it('keeps the roles for connections that a change does not name', async () => {
  const admin = users.get('admin')!;
  const id = (await admin.get('/api/users')).body.users.find(
    ({ name }: { name: string }) => name === 'mixed',
  ).id;
  const change = async (body: object) => (await admin.ask('PATCH', `/api/users/${id}`, body)).body;
  expect(await change({ connections: ['beta'] })).toMatchObject({ roles: { beta: 'admin' } });
  expect(await change({ roles: { [HIDDEN]: 'viewer', beta: 'admin' } })).toMatchObject({ role: 'admin' });
  expect((await change({ role: 'viewer', roles: {} })).error).toMatch(
    'give either role and connections, or roles',
  );
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
