import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RouteName, routes } from '../../src/http/api/contract.ts';
import { listAudit } from '../../src/store/users/audit.ts';
import { type ConsoleClient, firstAdmin, PASSWORD } from '../support/console-client.ts';
import { KINDS } from '../support/databases.ts';
import { startWorld, type World } from '../support/world.ts';

/*
 * Each route is asked with something behind it, and its answer is what its schema says: nothing missing, nothing more.
 * The OpenAPI document is made of the same schemas.
 */

describe.each(KINDS)('the API (%s)', (kind) => {
  let world: World;
  let client: ConsoleClient;
  let dealId: number;
  let refusedId: number;
  let discardedId: number;
  let userId: number;
  let tokenId: number;

  beforeAll(async () => {
    world = await startWorld({
      database: kind,
      customerio: { fullResolution: true },
      config: (yaml) => `${yaml}
alerts:
  receivers: [{ name: ops, kind: slack, target_url: "http://127.0.0.1:9/key" }]
`,
    });
    client = await firstAdmin(world.app);
    dealId = world.deal({ email: 'ann@example.com' }).id;
    world.move(dealId, 'Closed - won');
    const message = await world.customerio.waitFor(() => world.customerio.mailbox('ann@example.com')[0]);
    await world.kommo.waitFor(() => world.noteTexts(dealId).length > 0);
    world.customerio.unsubscribe(message.deliveryId);
    await world.kommo.waitFor(() => world.taskTexts(dealId).length > 0);
    world.kommo.switches.noteTextMax = 5;
    refusedId = world.deal({ email: 'ben@example.com' }).id;
    world.move(refusedId, 'Closed - won');
    discardedId = world.deal({ email: 'cleo@example.com' }).id;
    world.move(discardedId, 'Closed - won');
    await world.customerio.waitFor(() => world.customerio.mailbox('ben@example.com')[0]);
    await world.customerio.waitFor(() => world.customerio.mailbox('cleo@example.com')[0]);
    await world.settled();
    userId = (await client.ask('POST', '/api/users', { name: 'Vic', role: 'viewer' })).body.user.id;
    tokenId = (await client.ask('POST', '/api/tokens', { name: 'script', role: 'viewer' })).body.token.id;
  });
  afterAll(() => world?.close());

  /** How each route is asked: the path with its query, and the body. */
  const questions: Record<RouteName, () => Promise<{ path: string; body?: unknown }>> = {
    setUp: async () => ({
      path: '/api/setup',
      body: {
        link: (await client.ask('POST', `/api/users/${userId}/link`)).body.link.split('#')[1],
        password: PASSWORD,
      },
    }),
    signIn: async () => ({ path: '/api/session', body: { name: 'Ann', password: PASSWORD } }),
    whoAmI: async () => ({ path: '/api/session' }),
    signOut: async () => ({ path: '/api/session' }),
    users: async () => ({ path: '/api/users' }),
    addUser: async () => ({ path: '/api/users', body: { name: 'Ed', role: 'editor' } }),
    changeUser: async () => ({ path: `/api/users/${userId}`, body: { role: 'editor' } }),
    linkForUser: async () => ({ path: `/api/users/${userId}/link` }),
    endLink: async () => ({ path: `/api/users/${userId}/link` }),
    removeUser: async () => ({ path: `/api/users/${userId}` }),
    tokens: async () => ({ path: '/api/tokens' }),
    addToken: async () => ({ path: '/api/tokens', body: { name: 'other', role: 'admin' } }),
    removeToken: async () => ({ path: `/api/tokens/${tokenId}` }),
    audit: async () => ({ path: '/api/audit' }),
    now: async () => ({ path: '/api/now' }),
    health: async () => ({ path: '/api/health' }),
    charts: async () => ({ path: '/api/charts?range=1h' }),
    activity: async () => ({ path: '/api/activity?connection=acme&limit=5' }),
    activityStream: async () => ({ path: '/api/activity/stream' }),
    event: async () => ({
      path: `/api/events/${(await client.get(`/api/activity?deal=${refusedId}&kind=deal_moved`)).body.rows[0].id}`,
    }),
    subjects: async () => ({ path: '/api/subjects?q=ann%40example.com' }),
    watches: async () => ({ path: '/api/watches?connection=acme' }),
    rules: async () => ({ path: '/api/rules?connection=acme' }),
    checks: async () => ({ path: '/api/checks?connection=acme' }),
    runChecks: async () => ({ path: '/api/checks', body: { connection: 'acme' } }),
    mendCheck: async () => ({
      path: '/api/checks/mend',
      body: { connection: 'acme', check: 'kommo fields' },
    }),
    testWebhook: async () => ({ path: '/api/checks/test', body: { connection: 'acme', side: 'kommo' } }),
    alerts: async () => ({ path: '/api/alerts' }),
    testAlert: async () => ({ path: '/api/alerts/test', body: { receiver: 'ops' } }),
    addMute: async () => ({
      path: '/api/alerts/mutes',
      body: { receiver: 'ops', connection: 'acme', endsAt: Date.now() + 3_600_000 },
    }),
    removeMute: async () => {
      const body = { connection: 'acme', endsAt: Date.now() + 3_600_000 };
      return { path: `/api/alerts/mutes/${(await client.ask('POST', '/api/alerts/mutes', body)).body.id}` };
    },
    ruleSource: async () => ({ path: '/api/rules/source?connection=acme' }),
    ruleVersions: async () => ({ path: '/api/rules/versions?connection=acme' }),
    ruleHelp: async () => ({ path: '/api/rules/help?connection=acme' }),
    ruleCheck: async () => ({
      path: '/api/rules/check',
      body: { connection: 'acme', draft: { text: 'stages: []' } },
    }),
    rulePreview: async () => ({
      path: '/api/rules/preview',
      body: {
        connection: 'acme',
        draft: { text: 'stages: [{ pipeline: Sales, stage: Closed - won, event: other }]' },
        on: {
          kind: 'deal',
          dealId,
          pipelineId: world.kommo.pipelineId('Sales'),
          stageId: world.kommo.stageId('Sales', 'Closed - won'),
        },
      },
    }),
    eventPreview: async () => ({
      path: `/api/rules/preview?connection=acme&event=${(await client.get(`/api/activity?deal=${dealId}&kind=deal_moved`)).body.rows[0].id}`,
    }),
    ruleCompare: async () => ({
      path: '/api/rules/compare',
      body: { connection: 'acme', draft: { text: 'stages: []' } },
    }),
    rulePublish: async () => ({
      path: '/api/rules/publish',
      body: { connection: 'acme', draft: { text: 'stages: []' }, basedOn: 0, ahead: true },
    }),
    ruleDifference: async () => ({ path: '/api/rules/difference?connection=acme&from=0&to=1' }),
    failures: async () => ({ path: '/api/failures' }),
    failureList: async () => ({ path: '/api/failures/list' }),
    replayPlan: async () => ({ path: '/api/replay/plan', body: {} }),
    replay: async () => {
      const { letters } = (await client.get(`/api/failures/list?deal=${refusedId}`)).body;
      return { path: '/api/replay', body: { ids: [letters[0].id] } };
    },
    replayProgress: async () => ({ path: '/api/replay/progress', body: { ids: [1, 2, 3] } }),
    discard: async () => ({ path: '/api/discard', body: { deal: discardedId, why: 'a test' } }),
    trace: async () => ({ path: `/api/trace?q=${dealId}` }),
    openApi: async () => ({ path: '/api/openapi.json' }),
    status: async () => ({ path: '/api/status' }),
  };
  /** What ends the session, or what others still need, comes last. */
  const LAST: RouteName[] = ['removeToken', 'removeUser', 'setUp', 'signIn', 'signOut'];
  const names = (Object.keys(routes) as RouteName[]).filter(
    (name) => !LAST.includes(name) && name !== 'activityStream',
  );

  it.each([...names, 'removeToken', 'setUp', 'signIn', 'removeUser', 'signOut'] as RouteName[])(
    '%s answers what its schema says, and leaves the entry of the audit log that the table says',
    async (name) => {
      const { path, body } = await questions[name]();
      const newest = (await listAudit(world.app.database.db, Number.MAX_SAFE_INTEGER, 1))[0]!.id;
      const answer = await client.ask(routes[name].method, path, body);
      expect(answer).toMatchObject({ status: 200 });
      expect(routes[name].answer.parse(answer.body)).toEqual(answer.body);
      const entries = await listAudit(world.app.database.db, Number.MAX_SAFE_INTEGER, 50);
      const left = entries.filter(({ id }) => id > newest).map(({ what }) => what);
      const { audit } = routes[name];
      expect(left).toEqual(audit === null ? [] : expect.arrayContaining([audit]));
      // What Vic does from here on is not what Ann may.
      if (name === 'setUp') await client.ask('POST', '/api/session', { name: 'Ann', password: PASSWORD });
    },
  );

  it('is described by an OpenAPI document that names every route', async () => {
    const admin = await client.ask('POST', '/api/session', { name: 'Ann', password: PASSWORD });
    expect(admin.status).toBe(200);
    const { body } = await client.get('/api/openapi.json');
    const described = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = Object.values(routes).map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(described.sort()).toEqual(served.sort());
  });
});
