import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { extractRules } from '../../src/config/index.ts';
import type { Decision, DraftTree, EventTrace, RuleSource } from '../../src/http/api/contract.ts';
import { addRuleVersion } from '../../src/store/rule-versions.ts';
import { SYSTEM } from '../../src/store/users/actor.ts';
import { type ConsoleClient, consoleClient, firstAdmin } from '../support/console-client.ts';
import { eventually } from '../support/eventually.ts';
import { attacks } from '../support/hostile-drafts.ts';
import { recordSent, type SentRequest } from '../support/sent-requests.ts';
import { startWorld, type World } from '../support/world.ts';

/*
 * Rules that the console keeps, with two processes on one PostgreSQL: what is published by one runs from the next move
 * on in the other. One story, from nothing published to the restored first version.
 */

let world: World;
/** The second process; the first one runs the connection. */
let other: App;
let admin: ConsoleClient;
let editor: ConsoleClient;
let viewer: ConsoleClient;
let example: string;
let sent: ReturnType<typeof recordSent>;

/** The example's connection, with its rules in the console. */
function inConsole(yaml: string): string {
  example = extractRules(yaml, 'acme')!;
  return `${yaml.slice(0, yaml.indexOf('    # Kommo -> Customer.io: who'))}    rules: console\n`;
}

beforeAll(async () => {
  world = await startWorld({ database: 'postgres', config: inConsole, customerio: { fullResolution: true } });
  const log = pino({ level: 'silent' });
  other = await startApp({ config: world.config, ...world.store, host: '127.0.0.1', port: 0, log });
  admin = await firstAdmin(world.app);
  const withRole = async (role: string) => {
    const { body } = await admin.ask('POST', '/api/tokens', { name: role, role });
    return consoleClient(other.url, `Bearer ${body.secret}`);
  };
  editor = await withRole('editor');
  viewer = await withRole('viewer');
  sent = recordSent([world.kommo.url, world.customerio.url]);
});
afterAll(async () => {
  sent?.stop();
  await other?.close();
  await world?.close();
});

const publish = (draft: object, basedOn: number, more = {}, by = editor) =>
  by.ask('POST', '/api/rules/publish', { connection: 'acme', draft, basedOn, ...more });

const source = async (): Promise<RuleSource> => (await viewer.get('/api/rules/source?connection=acme')).body;

async function treeWith(change: (tree: DraftTree) => void): Promise<DraftTree> {
  const { tree } = await source();
  change(tree);
  return tree;
}

/** Moves a deal of a new person. @returns the move's trace, when all is done */
async function moveTo(stage: string, deal = world.deal()): Promise<EventTrace> {
  world.move(deal.id, stage);
  const row = await eventually(async () => {
    const { body } = await admin.get(`/api/activity?deal=${deal.id}&kind=deal_moved`);
    const found = body.rows.find(({ title }: { title: string }) => title.endsWith(`to "${stage}" (Sales)`));
    expect(found).toBeDefined();
    return found;
  });
  await world.settled();
  return (await admin.get(`/api/events/${row.id}`)).body;
}

it('before anything is published, a move says that there is no rule', async () => {
  expect((await viewer.get('/api/rules?connection=acme')).body).toMatchObject({ editable: true, version: 0 });
  expect(await moveTo('Closed - won')).toMatchObject({
    reason: 'No rule for the stage Closed - won of the pipeline Sales.',
    rulesVersion: null,
  });
});

it('what the second process publishes runs in the first one, and stays as it was written', async () => {
  const first = await publish({ text: example }, 0, { note: 'As in the file' });
  expect(first).toMatchObject({ status: 200, body: { version: 1, isRunning: true } });
  await eventually(() => expect(world.app.supervisors.get('acme')!.rulesVersion()).toBe(1));
  expect(await moveTo('Closed - won')).toMatchObject({
    rulesVersion: 1,
    rule: 'Sales / Closed - won → deal_won',
  });
  expect(await source()).toMatchObject({ version: 1, text: example, editable: true });
  const { body } = await admin.get('/api/audit');
  expect(body.entries[0]).toMatchObject({ who: 'token editor', detail: 'acme, version 1: As in the file' });
});

it('a viewer looks and checks, and does not publish', async () => {
  expect(await publish({ text: '' }, 1, {}, viewer)).toMatchObject({ status: 403 });
  const draft = { text: 'stages: [{ pipeline: Sales, stage: Nowhere, event: x }]\nreaction: {}' };
  const { body } = await viewer.ask('POST', '/api/rules/check', { connection: 'acme', draft });
  expect(body).toMatchObject({
    ok: false,
    tree: null,
    problems: [{ path: ['reaction'], line: 2, column: 1, hint: 'Did you mean "reactions"?' }],
  });
});

it('a draft says what it means for deals in its stages and for running timers', async () => {
  const tree = await treeWith(({ stages, inactivity }) => {
    stages!.find(({ event }) => event === 'deal_won')!.note = 'Won!';
    inactivity![0]!.after = '10 days';
  });
  const { body } = await viewer.ask('POST', '/api/rules/effects', { connection: 'acme', draft: { tree } });
  // The first of both deals was won before there were rules.
  expect(body).toEqual({
    stages: [{ pipeline: 'Sales', stage: 'Closed - won', isNew: false, deals: expect.any(Number) }],
    timers: [{ start: 'deal_won', changes: ['length'], running: 1 }],
    waiting: 0,
  });
  const same = await viewer.ask('POST', '/api/rules/effects', {
    connection: 'acme',
    draft: { text: example },
  });
  expect(same.body).toEqual({ stages: [], timers: [], waiting: 0 });
});

it('a viewer sees what the live rules do with a stored event, and cannot read any other deal', async () => {
  const { body } = await viewer.get('/api/activity?kind=deal_moved');
  const shown = await viewer.get(`/api/rules/preview?connection=acme&event=${body.rows[0].id}`);
  expect(shown).toMatchObject({ status: 200, body: { draft: null } });
  const deal = { kind: 'deal', dealId: world.deal().id, ...stageOf('Closed - won') };
  const event = { kind: 'event', id: body.rows[0].id };
  const draft = { text: example };
  for (const [path, part] of [
    ['preview', { on: deal }],
    ['preview', { on: event }],
    ['preview', { on: event, draft }],
    ['compare', { draft }],
  ] as const)
    expect(await viewer.ask('POST', `/api/rules/${path}`, { connection: 'acme', ...part })).toMatchObject({
      status: 403,
    });
});

it('a preview of a deal is in the audit log, and a user has thirty a minute', async () => {
  const { body: made } = await admin.ask('POST', '/api/tokens', { name: 'curious', role: 'editor' });
  const curious = consoleClient(other.url, `Bearer ${made.secret}`);
  const on = { kind: 'deal', dealId: 12_345, ...stageOf('Closed - won') };
  const ask = () => curious.ask('POST', '/api/rules/preview', { connection: 'acme', on });
  expect(await ask()).toMatchObject({ status: 404 });
  const { body } = await admin.get('/api/audit');
  expect(body.entries[0]).toMatchObject({ who: 'token curious', what: 'rules_tried', detail: 'deal 12345' });
  const answers = [];
  for (let n = 1; n <= 30; n++) answers.push(await ask());
  expect(answers.map(({ status }) => status)).toEqual([...Array(29).fill(404), 429]);
  expect(answers.at(-1)!.body.error).toBe('You may try rules 30 times a minute.');
  expect(Number(answers.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('a text that is too expensive to render is not published, and the answer says where it is', async () => {
  const note =
    '{% assign a = "x" | split: "," %}{% for i in (1..60) %}{% assign a = a | push: a | push: a %}{% endfor %}{{ a }}';
  const tree = await treeWith(({ stages }) => (stages![0]!.note = note));
  const { body } = await viewer.ask('POST', '/api/rules/check', { connection: 'acme', draft: { tree } });
  expect(body.problems).toMatchObject([
    { path: ['stages', 0, 'note'], message: expect.stringContaining('too expensive to render') },
  ]);
  expect(await publish({ tree }, 1)).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/stages\[0\]\.note \(line \d+, column \d+\): .+too expensive/) },
  });
});

it('names that Kommo does not have are refused, with their place', async () => {
  const tree = await treeWith(({ stages }) => (stages![1]!.stage = 'Demo cancelled'));
  const checked = await viewer.ask('POST', '/api/rules/check', { connection: 'acme', draft: { tree } });
  expect(checked.body.problems).toMatchObject([{ path: ['stages', 1, 'stage'] }]);
  const refused = await publish({ tree }, 1);
  expect(refused).toMatchObject({
    status: 400,
    body: {
      error: expect.stringContaining(
        'stages[1].stage (line 19, column 31): Kommo has no stage "Demo cancelled"',
      ),
    },
  });
});

/** Everything that was sent, in an order of its own: the two lanes do not wait for each other. */
const inOrder = (requests: SentRequest[]) =>
  requests.map(({ method, url, body }) => `${method} ${url}\n${body}`).toSorted();
const requestsOf = ({ requests }: Decision): SentRequest[] =>
  requests.map(({ method, url, body }) => ({ method, url, body: JSON.stringify(body) }));

it('a preview shows to the byte what is then sent, and sends and stores nothing itself', async () => {
  const deal = world.deal({ email: 'bo@example.com' });
  await world.settled();
  sent.clear();
  const on = { kind: 'deal', dealId: deal.id, ...stageOf('Closed - won') };
  // The second process asks the one that runs the connection.
  const preview = await editor.ask('POST', '/api/rules/preview', { connection: 'acme', on });
  const unknown = { ...on, dealId: 99 };
  expect(await editor.ask('POST', '/api/rules/preview', { connection: 'acme', on: unknown })).toMatchObject({
    status: 404,
    body: { error: 'Kommo has no deal 99, or its token may not read that deal.' },
  });
  expect(sent.all()).toEqual([]);

  const moved = await moveTo('Closed - won', deal);
  const untimed = (requests: SentRequest[]) =>
    inOrder(requests).map((text) =>
      text.replace(/"(id|_timestamp|timestamp)":("(\$EVENT_ID|[0-9A-Z]{26})"|\d+)/g, '"$1":0'),
    );
  expect(untimed(requestsOf(preview.body.now))).toEqual(untimed(sent.all()));

  const again = { connection: 'acme', on: { kind: 'event', id: moved.id } };
  const stored = await admin.ask('POST', '/api/rules/preview', again);
  expect(inOrder(requestsOf(stored.body.now))).toEqual(inOrder(sent.all()));
});

it('so does one of a report, whose field was set meanwhile', async () => {
  const message = await world.customerio.waitFor(() => world.customerio.mailbox('bo@example.com')[0]);
  sent.clear();
  world.customerio.unsubscribe(message.deliveryId);
  await world.kommo.waitFor(() => sent.all().some(({ url }) => url.endsWith('/tasks')));
  await world.settled();
  const reports = await admin.get('/api/activity?name=email_unsubscribed');
  const on = { kind: 'event', id: reports.body.rows.at(-1).id };
  const { body } = await admin.ask('POST', '/api/rules/preview', {
    connection: 'acme',
    on,
    draft: { text: example },
  });
  expect(body.now.requests.map(({ destination }: { destination: string }) => destination)).toEqual([
    'kommo',
    'kommo',
  ]);
  expect(inOrder(requestsOf(body.now))).toEqual(inOrder(sent.all()));
  expect(body.draft).toEqual(body.now);
});

const stageOf = (stage: string) => ({
  pipelineId: world.kommo.pipelineId('Sales'),
  stageId: world.kommo.stageId('Sales', stage),
});

/** Won deals start another campaign. */
function toOtherEvent({ stages, inactivity }: DraftTree): void {
  stages!.at(-1)!.event = 'deal_won_b2b';
  inactivity![0]!.start = 'deal_won_b2b';
}

it('a comparison finds exactly the events that would have gone otherwise', async () => {
  const demo = await moveTo('Demo scheduled');
  const tree = await treeWith(toOtherEvent);
  const asked = { connection: 'acme', draft: { tree } };
  const { status, body } = await admin.ask('POST', '/api/rules/compare', asked);
  expect(status).toBe(200);
  const { body: won } = await admin.get('/api/activity?kind=deal_moved&limit=200');
  const expected = won.rows.filter(({ title }: { title: string }) => title.includes('to "Closed - won"'));
  expect(body.different.map(({ id }: { id: number }) => id)).toEqual(
    expected.map(({ id }: { id: number }) => id),
  );
  expect(body.total).toBe(expected.length);
  expect(body.looked).toBeGreaterThan(body.total);
  expect(body.different.map(({ id }: { id: number }) => id)).not.toContain(demo.id);
  expect(body.different[0].draft.requests[1].body.name).toBe('deal_won_b2b');
});

it('the worst drafts are each answered in words, and health is answered meanwhile', async () => {
  const deal = { kind: 'deal', dealId: world.deal().id, ...stageOf('Closed - won') };
  for (const { what, method, path, body } of attacks({ connection: 'acme', deal })) {
    const attack = editor.ask(method, path, body === undefined ? undefined : JSON.parse(body));
    const health = await fetch(`${world.app.url}/health/live`);
    expect(health.status).toBe(200);
    const answer = await attack;
    expect([200, 400, 404, 409, 429, 503], what).toContain(answer.status);
    if (answer.status !== 200) expect(answer.body.error, what).toMatch(/^[A-Z].{15,}/s);
  }
});

it('while Kommo cannot be read, rules can be checked and not tried', async () => {
  world.kommo.faults.add({ kind: 'status', status: 504, body: 'html', match: { method: 'GET' } });
  const tree = await treeWith(toOtherEvent);
  const asked = { connection: 'acme', draft: { tree } };
  expect(await editor.ask('POST', '/api/rules/compare', asked)).toMatchObject({
    status: 503,
    body: { error: expect.stringMatching(/^Kommo cannot be read for this now\. .+ Try again later\.$/) },
  });
  const unknown = { text: 'stages: [{ pipeline: Sales, stage: Nowhere, event: x }]' };
  const checked = await viewer.ask('POST', '/api/rules/check', { connection: 'acme', draft: unknown });
  expect(checked.body.problems).toMatchObject([{ path: ['stages', 0, 'stage'] }]);
  world.kommo.faults.clear();
});

it('the next version says what it changes, and a draft of before it is refused', async () => {
  const tree = await treeWith(toOtherEvent);
  const second = await publish({ tree }, 1);
  expect(second.body).toEqual({
    version: 2,
    isRunning: true,
    changes: [
      'Sales / Closed - won: the event is now "deal_won_b2b" (was "deal_won").',
      'Inactivity after "deal_won_b2b": a new timer sends "onboarding_inactive" after 5d.',
      'Inactivity after "deal_won": the timer was removed.',
    ],
  });
  expect(await publish({ tree }, 1)).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining('token editor has published version 2 since') },
  });
  await eventually(() => expect(world.app.supervisors.get('acme')!.rulesVersion()).toBe(2));
  expect(await moveTo('Closed - won')).toMatchObject({
    rulesVersion: 2,
    rule: 'Sales / Closed - won → deal_won_b2b',
  });
});

it('a batch of events is decided by one version, whatever is published while it is read for', async () => {
  const live = world.app.supervisors.get('acme')!.connection()!;
  const { rules, rulesVersion, kommo } = live;
  const { deals, isQuiet } = kommo;
  // Nothing is read before the batch has begun: that would be before its version is known.
  kommo.isQuiet = () => false;
  let published = 0;
  kommo.deals = (ids, how) => {
    // The look for gaps asks too, whenever its time comes.
    if (how?.priority !== 'bulk') {
      Object.assign(live, { rules: { ...rules, stages: [] }, rulesVersion: 99 });
      published += 1;
    }
    return deals(ids, how);
  };
  const moved = await moveTo('Closed - won');
  Object.assign(kommo, { deals, isQuiet });
  Object.assign(live, { rules, rulesVersion });
  expect(published).toBe(1);
  expect(moved).toMatchObject({ rulesVersion: 2, rule: 'Sales / Closed - won → deal_won_b2b' });
});

it('an older version comes back as it was', async () => {
  const old = (await viewer.get('/api/rules/source?connection=acme&version=1')).body;
  expect(await publish({ text: old.text }, 2, { restored: 424_242 }, admin)).toMatchObject({ status: 200 });
  const { versions } = (await viewer.get('/api/rules/versions?connection=acme')).body;
  expect(
    versions.map(({ version, by, restored, isCurrent }: Record<string, unknown>) => [
      version,
      by,
      restored,
      isCurrent,
    ]),
  ).toEqual([
    [3, 'Ann', 1, true],
    [2, 'token editor', null, false],
    [1, 'token editor', null, false],
  ]);
  expect((await source()).text).toBe(example);
  const { body } = await viewer.get('/api/rules/difference?connection=acme&from=1&to=3');
  expect(body.changes).toEqual([]);
  // Published where it runs: not a move is planned by the version before.
  expect(await moveTo('Closed - won')).toMatchObject({ rulesVersion: 3 });
});

it('rules that cannot be run leave those before running, and the console says why', async () => {
  // As if the stage had been renamed in Kommo just when they were published.
  const text = example.replace('Demo completed', 'Demo renamed');
  const version = { connection: 'acme', basedOn: 3, text, note: null };
  await addRuleVersion(world.app.database.db, version, { actor: SYSTEM, at: Date.now() });
  const host = world.app.supervisors.get('acme')!;
  await host.reloadRules();
  expect(host.rulesVersion()).toBe(3);
  const { body } = await admin.get('/api/now');
  expect(body.connections[0].reason).toMatch(
    /^Version 4 .+ Kommo has no stage "Demo renamed".+ Version 3 stays active\.$/,
  );
});

it('at a start, rules that name what Kommo does not have wait to be put right; nothing gets lost meanwhile', async () => {
  const { body } = await admin.ask('POST', '/api/tokens', { name: 'later', role: 'admin' });
  await other.close();
  await world.restart();
  const host = world.app.supervisors.get('acme')!;
  expect(host.state()).toMatchObject({
    state: 'waiting',
    reason: expect.stringContaining('stages[1].stage: Kommo has no stage "Demo renamed"'),
  });
  const deal = world.deal();
  world.move(deal.id, 'Closed - won');
  const again = consoleClient(world.app.url, `Bearer ${body.secret}`);
  expect(await publish({ text: example }, 4, {}, again)).toMatchObject({ status: 200, body: { version: 5 } });
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
  expect(host.rulesVersion()).toBe(5);
});
