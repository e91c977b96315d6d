import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveFilter } from '../../src/backfills/filter-names.ts';
import type { BackfillState } from '../../src/domain/backfill.ts';
import type { Catalog } from '../../src/domain/entities.ts';
import { type RouteName, routes } from '../../src/http/api/contract.ts';
import { addBackfill, changeBackfillState } from '../../src/store/backfills/backfills.ts';
import { listAudit } from '../../src/store/users/audit.ts';
import { type ConsoleClient, firstAdmin, PASSWORD } from '../support/console-client.ts';
import { WEBHOOK_SECRET } from '../support/example-env.ts';
import { SECRET_KEY, storeConnection } from '../support/store-connection.ts';
import { startWorld, type World } from '../support/world.ts';

/*
 * Each route is asked with something behind it, and its answer is what its schema says: nothing missing, nothing more.
 * The OpenAPI document is made of the same schemas.
 */

describe('the API', () => {
  let world: World;
  let client: ConsoleClient;
  let dealId: number;
  let refusedId: number;
  let discardedId: number;
  let userId: number;
  let tokenId: number;

  const logged: string[] = [];

  /** Those of the connection of the file and of the one in the database, which has the same accounts. */
  function expectNoSecret(shown: unknown): void {
    const { apiKey, signingKey } = world.customerio.credentials;
    const secrets = { token: world.kommo.token, webhook: WEBHOOK_SECRET, apiKey, signingKey, SECRET_KEY };
    const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
    expect(
      Object.keys(secrets).filter((name) => text.includes(secrets[name as keyof typeof secrets])),
    ).toEqual([]);
  }

  beforeAll(async () => {
    world = await startWorld({
      log: pino({ level: 'debug' }, { write: (line) => void logged.push(line) }),
      customerio: { fullResolution: true },
      secretKey: SECRET_KEY,
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
    await storeConnection(world, 'beta');
    userId = (await client.ask('POST', '/api/users', { name: 'Vic', role: 'viewer' })).body.user.id;
    tokenId = (await client.ask('POST', '/api/tokens', { name: 'script', role: 'viewer' })).body.token.id;
  });
  afterAll(() => world?.close());

  /** A hold with one deal, which entered a stage without a rule. @returns its id */
  async function newHold(): Promise<number> {
    const { db } = world.app.database;
    const now = Date.now();
    const stage = { pipelineId: world.kommo.pipelineId('Sales'), stageId: 143 };
    const at = Math.floor(now / 1000);
    const times = { first_at: at, last_at: at, opened_at: now, changed_at: now };
    const stored = {
      connection: 'acme',
      pipeline_id: stage.pipelineId,
      stage_id: stage.stageId,
      event: 'lost',
    };
    const { id } = await db
      .insertInto('holds')
      .values({ ...stored, ...times })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql`
      insert into events (connection, key, kind, deal_id, occurred_at, created_at, payload, state, hold_id, waiting_since)
      values ('acme', ${`held ${id}`}, 'deal_moved', ${dealId}, ${at}, ${now}, ${JSON.stringify({
        ...{ kind: 'deal_moved', dealId, from: null, to: stage, occurredAt: at, by: 1 },
      })}::jsonb, 'held', ${id}, ${now})
    `.execute(db);
    return id;
  }

  async function newCase() {
    const moves = (await client.get(`/api/activity?deal=${dealId}&kind=deal_moved`)).body.rows;
    return { connection: 'acme', name: 'A move', on: { kind: 'event', id: moves[0].id } };
  }

  /** @returns the id of a test case */
  async function savedCase(): Promise<number> {
    return (await client.ask('POST', '/api/rules/cases', await newCase())).body.id;
  }

  let setups = 0;
  /** @returns the path of an unfinished connection */
  async function newSetup(): Promise<string> {
    const { body } = await client.ask('POST', '/api/setup/connections', { name: `new-${++setups}` });
    return `/api/setup/connections/${body.name}`;
  }

  /** @returns the path of the access of an unfinished connection, with the simulator's integration */
  async function newAccess(): Promise<string> {
    const path = (await newSetup()).replace('/setup/connections/', '/kommo-access/');
    const { clientId, clientSecret } = world.kommo.oauth;
    await client.ask('POST', `${path}/integration`, { clientId, clientSecret });
    world.kommo.oauth.redirectUri = (await client.get(path)).body.redirectUri;
    return path;
  }

  /** A backfill in a state, and no other one under way. */
  async function newBackfill(state: BackfillState): Promise<number> {
    const { db } = world.app.database;
    await db.deleteFrom('backfills').execute();
    const filter = resolveFilter({}, { pipelines: [], users: [], dealFields: [] } as unknown as Catalog);
    const id = (await addBackfill(db, { connection: 'acme', filter, by: 'Ann' }, Date.now()))!;
    await changeBackfillState(db, id, ['planning'], { to: state }, Date.now());
    return id;
  }

  const CHOICE = { attributes: [], recipes: [{ recipe: 'consent', choices: {} }] };

  /** @returns the path of an unfinished connection, with access to both accounts */
  async function readySetup(): Promise<string> {
    const path = await newSetup();
    await client.ask('POST', `${path}/kommo`, { url: world.kommo.url, token: world.kommo.token });
    const { siteId, apiKey, signingKey } = world.customerio.credentials;
    await client.ask('POST', `${path}/customerio`, { siteId, apiKey, signingKey });
    return path;
  }

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
    funnel: async () => ({ path: '/api/funnel?connection=acme' }),
    stageEntries: async () => ({ path: '/api/funnel/entries?connection=acme&step=missed' }),
    lostClients: async () => ({ path: '/api/funnel/lost?connection=acme&kind=unsubscribed' }),
    now: async () => ({ path: '/api/now' }),
    health: async () => ({ path: '/api/health' }),
    charts: async () => ({ path: '/api/charts?range=1h' }),
    activity: async () => ({ path: '/api/activity?connection=acme&limit=5' }),
    activityOptions: async () => ({ path: '/api/activity/options?connection=acme' }),
    activityStream: async () => ({ path: '/api/activity/stream' }),
    event: async () => ({
      path: `/api/events/${(await client.get(`/api/activity?deal=${refusedId}&kind=deal_moved`)).body.rows[0].id}`,
    }),
    search: async () => ({ path: '/api/search?q=ann' }),
    subjects: async () => ({ path: '/api/subjects?q=ann%40example.com' }),
    calls: async () => ({ path: '/api/calls?connection=acme' }),
    watches: async () => ({ path: '/api/watches?connection=acme' }),
    rules: async () => ({ path: '/api/rules?connection=acme' }),
    coverage: async () => ({ path: '/api/coverage/acme' }),
    draftCoverage: async () => ({ path: '/api/coverage/acme', body: { events: [{ event: 'deal_won' }] } }),
    refreshCoverage: async () => ({ path: '/api/coverage/acme/refresh' }),
    connections: async () => ({ path: '/api/connections' }),
    connection: async () => ({ path: '/api/connections/beta' }),
    pauseConnection: async () => ({ path: '/api/connections/beta/pause' }),
    resumeConnection: async () => ({ path: '/api/connections/beta/resume' }),
    changeConnection: async () => ({
      path: '/api/connections/beta',
      body: { kommo: { requests_per_second: '3' } },
    }),
    exportConnection: async () => ({ path: '/api/connections/beta/export' }),
    removeConnection: async () => ({ path: '/api/connections/beta' }),
    checks: async () => ({ path: '/api/checks?connection=acme' }),
    runChecks: async () => ({ path: '/api/checks', body: { connection: 'acme' } }),
    mendCheck: async () => ({
      path: '/api/checks/mend',
      body: { connection: 'acme', check: 'kommo fields' },
    }),
    testWebhook: async () => ({ path: '/api/checks/test', body: { connection: 'acme', side: 'kommo' } }),
    kommoAccess: async () => ({ path: '/api/kommo-access/acme' }),
    startKommoAccess: async () => ({ path: `${await newAccess()}/start`, body: { way: 'integration' } }),
    setKommoIntegration: async () => ({
      path: `${(await newSetup()).replace('/setup/connections/', '/kommo-access/')}/integration`,
      body: { clientId: 'id', clientSecret: 'key', account: world.kommo.url },
    }),
    pasteKommoCode: async () => ({
      path: `${await newAccess()}/code`,
      body: { code: world.kommo.issueCode(), account: world.kommo.url },
    }),
    setups: async () => ({ path: '/api/setup/connections' }),
    beginSetup: async () => ({ path: '/api/setup/connections', body: { kommoUrl: 'beta.kommo.com/leads' } }),
    setupProgress: async () => ({ path: await newSetup() }),
    answerKommo: async () => ({ path: `${await newSetup()}/kommo`, body: { url: 'www.kommo.com' } }),
    answerCustomerio: async () => ({ path: `${await newSetup()}/customerio`, body: {} }),
    setupAccount: async () => ({ path: `${await readySetup()}/account` }),
    answerRules: async () => ({ path: `${await readySetup()}/rules`, body: CHOICE }),
    finishSetup: async () => {
      const path = await readySetup();
      await client.ask('POST', `${path}/rules`, CHOICE);
      return { path: `${path}/finish`, body: {} };
    },
    deleteSetup: async () => ({ path: await newSetup() }),
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
    ruleEffects: async () => ({
      path: '/api/rules/effects',
      body: { connection: 'acme', draft: { text: 'stages: []' } },
    }),
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
    sampleDeals: async () => ({ path: '/api/rules/deals?connection=acme' }),
    ruleRender: async () => ({
      path: '/api/rules/render',
      body: {
        connection: 'acme',
        dealId,
        texts: [
          {
            key: 'a',
            kind: 'reaction',
            source: '{{ subject }} of {{ contact.name }}',
            report: 'email_replied',
          },
        ],
      },
    }),
    ruleCases: async () => ({ path: '/api/rules/cases?connection=acme' }),
    saveRuleCase: async () => ({ path: '/api/rules/cases', body: await newCase() }),
    judgeRuleCases: async () => ({ path: '/api/rules/cases/judge', body: { connection: 'acme' } }),
    changeRuleCase: async () => ({
      path: `/api/rules/cases/${await savedCase()}`,
      body: { connection: 'acme', name: 'Renamed' },
    }),
    deleteRuleCase: async () => ({ path: `/api/rules/cases/${await savedCase()}?connection=acme` }),
    ruleTest: async () => ({
      path: '/api/rules/test',
      body: {
        connection: 'acme',
        rule: { part: 'stages', index: 0 },
        dealId,
        to: 'editor@desk.example',
      },
    }),
    ruleCompare: async () => ({
      path: '/api/rules/compare',
      body: { connection: 'acme', draft: { text: 'stages: []' } },
    }),
    rulePublish: async () => ({
      path: '/api/rules/publish',
      body: {
        connection: 'acme',
        draft: { text: 'stages: []' },
        basedOn: 0,
        ahead: true,
        acceptDifferentCases: true,
        note: 'x',
      },
    }),
    ruleDifference: async () => ({ path: '/api/rules/difference?connection=acme&from=0&to=1' }),
    holds: async () => ({ path: '/api/holds?connection=acme' }),
    heldDeals: async () => ({ path: `/api/holds/${await newHold()}/deals` }),
    holdSend: async () => ({ path: `/api/holds/${await newHold()}/send`, body: {} }),
    holdDiscard: async () => ({
      path: `/api/holds/${await newHold()}/discard`,
      body: { why: 'a test' },
    }),
    backfills: async () => ({ path: '/api/backfills' }),
    backfill: async () => ({ path: `/api/backfills/${await newBackfill('running')}` }),
    backfillCreate: async () => {
      await newBackfill('planned');
      return {
        path: '/api/backfills',
        body: { connection: 'acme', filter: { stages: [{ pipeline: 'Sales' }] } },
      };
    },
    backfillStart: async () => ({ path: `/api/backfills/${await newBackfill('planned')}/start`, body: {} }),
    backfillPause: async () => ({ path: `/api/backfills/${await newBackfill('running')}/pause` }),
    backfillResume: async () => ({ path: `/api/backfills/${await newBackfill('paused')}/resume` }),
    backfillStop: async () => ({ path: `/api/backfills/${await newBackfill('running')}/stop` }),
    backfillLeftOut: async () => ({ path: `/api/backfills/${await newBackfill('done')}/left-out` }),
    failures: async () => ({ path: '/api/failures' }),
    waitingWork: async () => ({ path: '/api/failures/waiting?connection=acme' }),
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
      expectNoSecret(answer.body);
      const entries = await listAudit(world.app.database.db, Number.MAX_SAFE_INTEGER, 50);
      const left = entries.filter(({ id }) => id > newest).map(({ what }) => what);
      const { audit } = routes[name];
      expect(left).toEqual(audit === null ? [] : expect.arrayContaining([audit]));
      // What Vic does from here on is not what Ann may.
      if (name === 'setUp') await client.ask('POST', '/api/session', { name: 'Ann', password: PASSWORD });
    },
  );

  it('leaves no secret in the log, the metrics, the health or what refuses a webhook', async () => {
    const { url } = world.app;
    for (const path of ['/metrics', '/health/ready?strict', '/api/openapi.json'])
      expectNoSecret(await (await fetch(url + path)).text());
    for (const path of ['kommo/beta/wrong-secret-0123456789', 'customerio/beta']) {
      const answer = await fetch(`${url}/webhooks/${path}`, { method: 'POST', body: '{}' });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expectNoSecret(await answer.text());
    }
    expect(logged.length).toBeGreaterThan(0);
    expectNoSecret(logged.join('\n'));
  });

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
