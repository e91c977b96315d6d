import { afterEach, describe, expect, it } from 'vitest';
import { createFaultPlan, type HookFaults } from '../../common/faults.ts';
import type { Change } from '../model.ts';
import { createWebhooks } from './index.ts';
import { contact, lead } from './testing/entities.ts';
import { startReceiver } from './testing/receiver.ts';
import type { HookEvent, HookSwitches, WebhooksOptions } from './types.ts';

/** An hour of Kommo's clock in 36 ms. */
const fast = 100_000;
const all = ['add_lead', 'update_lead', 'status_lead', 'delete_lead', 'responsible_lead', 'update_contact'];
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Answer = Parameters<typeof startReceiver>[0];

async function start(
  options: Partial<WebhooksOptions> & {
    answer?: Answer;
    hookFaults?: HookFaults;
    with?: Partial<HookSwitches>;
  } = {},
) {
  const receiver = await startReceiver(options.answer);
  const webhooks = createWebhooks({
    account: { id: 1, subdomain: 'acme' },
    fieldDefinitions: () => [],
    timeScale: fast,
    inFlight: 1,
    switches: () => options.with ?? {},
    faults: createFaultPlan({ hooks: options.hookFaults ?? {} }),
    ...options,
  });
  const emitter: HookEvent[] = [];
  webhooks.on((event) => void emitter.push(event));
  closing.push(webhooks.close, receiver.close);
  const keys = () => webhooks.deliveries().map((delivery) => delivery.keys.join(' '));
  const statuses = () => webhooks.deliveries().map((delivery) => delivery.status);
  return { receiver, webhooks, emitter, keys, statuses };
}

const added = (id = 1): Change => ({ kind: 'lead_added', lead: lead({ id }), by: 1, at: 1 });
const moved = (over = {}): Change => ({
  kind: 'lead_moved',
  lead: lead({ status_id: 2, pipeline_id: 9, ...over }),
  from: { pipeline_id: 8, status_id: 1 },
  by: 1,
  at: 1,
});
const ids = (bodies: { body: string }[]) =>
  bodies.map(({ body }) => new URLSearchParams(body).get('leads[add][0][id]'));

describe('subscriptions', () => {
  it('a move is two POSTs, status and update', async () => {
    const { webhooks, receiver, keys } = await start();
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(moved());
    await webhooks.idle();
    expect(keys()).toEqual(['leads[status]', 'leads[update]']);
    expect(receiver.received).toHaveLength(2);
  });

  it('sends only what was subscribed', async () => {
    const { webhooks, receiver, keys } = await start();
    webhooks.addHook({ destination: receiver.url, settings: ['status_lead'] });
    for (const change of [added(), moved()]) webhooks.emit(change);
    webhooks.emit({ kind: 'contact_updated', contact: contact(), by: 1, at: 1 });
    await webhooks.idle();
    expect(keys()).toEqual(['leads[status]']);
  });

  it('a known address is replaced, or merged by switch, and keeps its id', async () => {
    const set: Partial<HookSwitches> = {};
    const { webhooks } = await start({ with: set });
    const first = webhooks.addHook({ destination: 'http://a.test/', settings: ['add_lead'] });
    webhooks.addHook({ destination: 'http://a.test/', settings: ['add_task'] });
    expect(webhooks.hooks()).toMatchObject([{ id: first.id, settings: ['add_task'] }]);
    set.hookRepost = 'merge';
    webhooks.addHook({ destination: 'http://a.test/', settings: ['add_lead'] });
    expect(webhooks.hooks()[0]?.settings).toEqual(['add_task', 'add_lead']);
  });

  it('a removed one gets nothing, not even a further attempt', async () => {
    const { webhooks, receiver } = await start({ answer: () => 500, timeScale: 1 });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added());
    await new Promise<void>((resolve) => void webhooks.on(() => resolve()));
    expect(webhooks.pending).toBe(1);
    expect([webhooks.removeHook(receiver.url), webhooks.removeHook(receiver.url)]).toEqual([true, false]);
    webhooks.emit(added());
    await webhooks.idle();
    expect(receiver.received).toHaveLength(1);
  });
});

describe('on the wire', () => {
  it('has the headers of Kommo, and keeps the connection', async () => {
    const { webhooks, receiver } = await start();
    webhooks.addHook({ destination: receiver.url, settings: all });
    for (const id of [1, 2]) webhooks.emit(added(id));
    await webhooks.idle();
    const [first, second] = receiver.received;
    expect(first?.headers).toMatchObject({
      'user-agent': 'amoCRM-Webhooks/3.0',
      'content-type': 'application/x-www-form-urlencoded',
      'accept-encoding': 'gzip',
      'x-amocrm-requestid': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    });
    expect(second?.port).toBe(first?.port);
  });

  it.each([
    [503, 5],
    [404, 3],
    [302, 3],
    [204, 1],
  ])('%i means %i attempts', async (status, attempts) => {
    const { webhooks, receiver, emitter } = await start({ answer: () => status });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added());
    await webhooks.idle();
    expect(webhooks.deliveries().map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: attempts }, (_, n) => n + 1),
    );
    expect(emitter.filter(({ kind }) => kind === 'hook_lost')).toHaveLength(status === 204 ? 0 : 1);
    expect(webhooks.deliveries().at(-1)?.nextAt).toBeNull();
  });

  it('plans the second attempt 5 minutes later', async () => {
    const { webhooks, receiver } = await start({ answer: () => 500, timeScale: 1, now: () => 1_000 });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added());
    await new Promise<void>((resolve) => void webhooks.on(() => resolve()));
    expect(webhooks.deliveries()).toMatchObject([{ status: 500, nextAt: 301_000 }]);
  });

  it.each([
    [0, 3],
    [499, 5],
  ] as const)('a receiver that is too slow counts as %i', async (hookTimeoutCountsAs, attempts) => {
    const { webhooks, receiver, statuses } = await start({
      answer: () => null,
      timeoutMs: 20,
      with: { hookTimeoutCountsAs },
    });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added());
    await webhooks.idle();
    expect(statuses()).toEqual(Array(attempts).fill(hookTimeoutCountsAs));
  });

  it('nobody there is status 0', async () => {
    const { webhooks, receiver, statuses } = await start({ with: { hookTimeoutCountsAs: 499 } });
    webhooks.addHook({ destination: receiver.url, settings: all });
    await receiver.close();
    webhooks.emit(added());
    await webhooks.idle();
    expect(statuses()).toEqual([0, 0, 0]);
    closing.pop();
  });

  it.each([
    ['new', 3],
    ['stable', 1],
  ] as const)('request ids of further attempts: %s', async (hookRequestId, different) => {
    const { webhooks, receiver } = await start({ answer: () => 400, with: { hookRequestId } });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added());
    await webhooks.idle();
    expect(new Set(webhooks.deliveries().map(({ requestId }) => requestId)).size).toBe(different);
    expect(receiver.received).toHaveLength(3);
  });
});

describe('disabled', () => {
  it('after 101 bad answers, until an administrator saves it', async () => {
    let status = 400;
    const { webhooks, receiver, emitter } = await start({ answer: () => status, timeScale: 1 });
    webhooks.addHook({ destination: receiver.url, settings: all });
    for (let id = 1; id <= 120; id++) webhooks.emit(added(id));
    await webhooks.idle();
    expect(receiver.received).toHaveLength(101);
    expect(webhooks.hooks()[0]?.disabled).toBe(true);
    expect(emitter.filter(({ kind }) => kind === 'hook_disabled')).toHaveLength(1);
    webhooks.emit(added());
    status = 200;
    webhooks.enableHook(receiver.url);
    webhooks.emit(added());
    await webhooks.idle();
    expect(receiver.received).toHaveLength(102);
    expect(webhooks.hooks()[0]?.disabled).toBe(false);
  });
});

describe('Digital Pipeline', () => {
  it('fires on entering its stage only, with the short body', async () => {
    const { webhooks, receiver } = await start();
    webhooks.addDigitalPipelineHook({ destination: receiver.url, pipelineId: 9, stageId: 2 });
    for (const over of [{}, { status_id: 3 }, { pipeline_id: 7 }]) webhooks.emit(moved({ id: 5, ...over }));
    await webhooks.idle();
    expect(receiver.received.map(({ body }) => [...new URLSearchParams(body).keys()])).toEqual([
      [
        ...['id', 'status_id', 'pipeline_id', 'old_status_id', 'old_pipeline_id'].map(
          (name) => `leads[status][0][${name}]`,
        ),
        'account[id]',
        'account[subdomain]',
      ],
    ]);
  });

  it.each([
    [true, 5],
    [false, 1],
  ])('further attempts: %s', async (digitalPipelineRetries, attempts) => {
    const { webhooks, receiver } = await start({ answer: () => 404, with: { digitalPipelineRetries } });
    webhooks.addDigitalPipelineHook({ destination: receiver.url });
    webhooks.emit(added());
    await webhooks.idle();
    expect(receiver.received).toHaveLength(attempts);
  });
});

describe('faults', () => {
  it('drop: logged without a status, never sent', async () => {
    const { webhooks, receiver, statuses, emitter } = await start({ hookFaults: { drop: 1 } });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added());
    expect(statuses()).toEqual([null]);
    expect(emitter.map(({ kind }) => kind)).toEqual(['hook_lost']);
    expect([webhooks.pending, receiver.received.length]).toEqual([0, 0]);
  });

  it('duplicate: the same body twice', async () => {
    const { webhooks, receiver } = await start({ hookFaults: { duplicate: 1 } });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added());
    await webhooks.idle();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  });

  it('reorder: the first arrives after the second', async () => {
    const faults = createFaultPlan({ hooks: { reorder: 1, reorderMs: 60_000 } });
    const { webhooks, receiver } = await start({ faults });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added(1));
    faults.clear();
    webhooks.emit(added(2));
    await webhooks.idle();
    expect(ids(receiver.received)).toEqual(['2', '1']);
  });

  it('coalesce: several items in one POST, the deals together', async () => {
    const { webhooks, receiver, keys } = await start({ with: { coalesceMs: 5 } });
    webhooks.addHook({ destination: receiver.url, settings: all });
    webhooks.emit(added(1));
    webhooks.emit(moved());
    webhooks.emit(added(2));
    await webhooks.idle();
    expect(keys()).toEqual(['leads[add] leads[status] leads[update]']);
    const form = new URLSearchParams(receiver.received[0]?.body);
    expect([form.get('leads[add][0][id]'), form.get('leads[add][1][id]')]).toEqual(['1', '2']);
  });

  it('the body is what the deal was when it changed', async () => {
    const { webhooks, receiver } = await start({ with: { coalesceMs: 5 } });
    webhooks.addHook({ destination: receiver.url, settings: all });
    const change = added() as Extract<Change, { kind: 'lead_added' }>;
    webhooks.emit(change);
    change.lead.price = 1_000_000;
    await webhooks.idle();
    expect(new URLSearchParams(receiver.received[0]?.body).get('leads[add][0][price]')).toBe('999');
  });
});
