import { afterAll, beforeAll, expect, it } from 'vitest';
import { traceAnswer } from '../../src/commands/trace/answer.ts';
import { renderTrace } from '../../src/commands/trace/render.ts';
import type { Coverage } from '../../src/http/api/coverage/contract.ts';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let console: ConsoleClient;

beforeAll(async () => {
  world = await startWorld({
    appKey: true,
    healthTimes: { judgeEveryMs: 200 },
    config: (yaml) =>
      yaml.replace(
        'Client opened email ({{ subject }})',
        'Opened {{ subject }} ({{ campaign_name }}: {{ message_name }})',
      ),
    customerio: {
      listedCampaigns: [
        { name: 'Copy of demo', event: 'Demo_Scheduled', state: 'running' },
        { name: 'New users', segments: [4], state: 'running' },
      ],
    },
  });
  console = await firstAdmin(world.app);
});
afterAll(() => world?.close());

const coverage = async (): Promise<Coverage> => (await console.get('/api/coverage/acme')).body;
/** What `read` returns once `isRight` holds. */
const until = <T>(read: () => Promise<T>, isRight: (value: T) => boolean) =>
  eventually(async () => {
    const value = await read();
    if (!isRight(value)) throw new Error(`not yet: ${JSON.stringify(value)}`);
    return value;
  });
const of = ({ events }: Coverage, name: string) => events.find(({ event }) => event === name)!;

it('each event of the rules has its campaign, soon after the start', async () => {
  const read = await until(coverage, ({ readAt }) => readAt !== null);
  expect(read).toMatchObject({ source: 'app_api', failure: null, connection: 'acme' });
  expect(read.events.map(({ status }) => status)).toEqual(read.events.map(() => 'running'));
  expect(of(read, 'deal_won')).toMatchObject({
    text: 'deal_won starts the campaign "Deal won".',
    from: [{ kind: 'stage', pipeline: 'Sales', stage: 'Closed - won' }],
    campaigns: [{ name: 'Deal won', state: 'running', link: null }],
  });
  expect(read.unsent).toMatchObject([{ event: 'Demo_Scheduled', similarTo: 'demo_scheduled' }]);
  expect(read.notes).toEqual([expect.stringContaining('1 running campaign starts from a segment.')]);
});

it('a campaign that was stopped is seen as soon as somebody asks, and the client’s answer says so', async () => {
  world.customerio.setCampaignState('deal_won', 'stopped');
  const before = (await coverage()).readAt!;
  const now = await until(
    async (): Promise<Coverage> => (await console.ask('POST', '/api/coverage/acme/refresh')).body,
    ({ readAt }) => readAt! > before,
  );
  expect(of(now, 'deal_won')).toMatchObject({
    status: 'idle',
    text: expect.stringContaining('deal_won is sent, but no running campaign starts from it.'),
  });
  const deal = world.deal({ email: 'cleo@example.com', name: 'Cleo Cove' });
  world.move(deal.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  const { answer } = (await console.get(`/api/subjects?q=${deal.id}`)).body.subjects[0];
  expect(answer.text).toContain('no running campaign in Customer.io starts with the event deal_won');
});

it('the checks warn of it', async () => {
  await console.get('/api/checks?connection=acme');
  const { findings } = await until(
    async () => (await console.get('/api/checks?connection=acme')).body.connections[0],
    ({ running, checkedAt }) => !running && checkedAt !== null,
  );
  const found = findings.filter(({ check }: { check: string }) => check === 'customer.io campaigns');
  expect(found[0]).toMatchObject({ status: 'warning', message: expect.stringContaining('deal_won is sent') });
});

it('a key that may not read the campaigns is said on the page, and is no fault of the connection', async () => {
  const before = await coverage();
  const rule = { kind: 'status', status: 403, match: { path: /^\/v1\/campaigns$/ } } as const;
  const end = world.customerio.faults.add(rule);
  const refused = await until(
    async (): Promise<Coverage> => (await console.ask('POST', '/api/coverage/acme/refresh')).body,
    ({ failure }) => failure !== null,
  );
  end();
  expect(refused.events).toEqual(before.events);
  const health = async () => (await console.get('/api/health')).body.connections[0];
  const { judgedAt } = await health();
  // The second judgement from now has begun after the refusal.
  const first = await until(health, (now) => now.judgedAt > judgedAt);
  const judged = await until(health, (now) => now.judgedAt > first.judgedAt);
  expect(JSON.stringify(judged)).not.toMatch(/app_(failing|key_refused)/);
});

it('events of a draft are compared with the same campaigns', async () => {
  const body = { events: [{ event: 'demo_scheduled' }, { event: 'Demo Scheduled' }] };
  const { body: drafted } = await console.ask('POST', '/api/coverage/acme', body);
  expect(drafted.events.map(({ status }: { status: string }) => status)).toEqual(['running', 'none']);
});

it('notes, the client’s page and the activity have the campaign’s name, although reports have only its number', async () => {
  const deal = world.deal({ email: 'dora@example.com', name: 'Dora Dale' });
  world.move(deal.id, 'Demo completed');
  const [mail] = await world.customerio.waitFor(() => {
    const mails = world.customerio.mailbox('dora@example.com');
    return mails.length > 0 ? mails : null;
  });
  world.customerio.open(mail!.deliveryId);
  const note = 'Opened Thank you for your time (Demo completed: Demo completed)';
  await world.kommo.waitFor(() => world.noteTexts(deal.id).includes(note));
  const { answer, emails } = (await console.get(`/api/subjects?q=${deal.id}`)).body.subjects[0];
  expect(answer.text).toContain('the email "Thank you for your time" of the campaign "Demo completed"');
  expect(emails).toMatchObject([{ sender: 'Campaign "Demo completed"' }]);
  const { rows } = (await console.get('/api/activity?name=email_opened')).body;
  expect(rows[0]).toMatchObject({ sender: 'Campaign "Demo completed"' });
});

it('so does a trace for the terminal', async () => {
  const [traced] = (await console.get('/api/trace?q=dora%40example.com')).body;
  expect(renderTrace('dora@example.com', traced, Date.now() / 1000)).toContain('(Campaign "Demo completed")');
  const [missed] = (await console.get('/api/trace?q=cleo%40example.com')).body;
  expect(traceAnswer(missed, Date.now() / 1000)).toContain('no running campaign in Customer.io starts');
});
