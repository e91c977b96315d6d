import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDeadLetters } from '../../../src/failures/dead-letters.ts';
import { createReplayRun } from '../../../src/failures/replay-run.ts';
import { COMMANDS } from '../../../src/store/users/actor.ts';
import { startWorld, type World } from '../../support/world.ts';

/** A click adds and removes tags, a bounce sets a field too, and a stage of its own adds one. */
const withTags = (yaml: string) =>
  yaml
    .replace(
      'note: "Clicked link in email {{ subject }}: {{ href }}"',
      'tags: { add: [engaged, "{{ metric }}"], remove: [cold] }',
    )
    .replace(
      'field: { email_status: bounced }',
      'field: { email_status: bounced }\n        tags: { add: [bounced] }',
    )
    .replace('event: demo_scheduled }', 'event: demo_scheduled, tags: { add: [demo], remove: [new] } }');

const DEALS = { path: /\/api\/v4\/leads$/, method: 'PATCH' };

describe('tags of a deal', () => {
  // One world for all: each test makes its own deal and person.
  let world: World;
  let people = 0;
  beforeAll(async () => {
    world = await startWorld({ config: withTags, customerio: { fullResolution: true } });
  });
  afterAll(() => world?.close());
  beforeEach(() => world.kommo.requests.clear());

  const tagsOf = (dealId: number) => world.kommo.deal(dealId)?.tags;
  const updates = () =>
    world.kommo.requests.all().filter(({ method, path }) => method === 'PATCH' && DEALS.path.test(path));

  /** A deal that was won, with the message that its client got, and these tags. */
  async function wonDeal(tags: string[]) {
    people += 1;
    const email = `client${people}@example.com`;
    const deal = world.deal({ email });
    world.kommo.updateDeal(deal.id, { tags });
    world.move(deal.id, 'Closed - won');
    const message = await world.customerio.waitFor(() => world.customerio.mailbox(email)[0]);
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
    await world.settled();
    return { id: deal.id, deliveryId: message.deliveryId };
  }

  /** Ends when the report has come and all that it leads to is delivered. */
  async function reported() {
    await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
    await world.settled();
  }

  it('are added and removed by a reaction; the others stay', async () => {
    const { id, deliveryId } = await wonDeal(['VIP', 'cold']);
    world.customerio.click(deliveryId);
    await world.kommo.waitFor(() => tagsOf(id)?.includes('engaged'));
    expect(tagsOf(id)).toEqual(['VIP', 'engaged', 'clicked']);
  });

  it('are changed by a stage, after Customer.io has accepted the event', async () => {
    const deal = world.deal();
    world.kommo.updateDeal(deal.id, { tags: ['new', 'VIP'] });
    world.move(deal.id, 'Demo scheduled');
    await world.kommo.waitFor(() => tagsOf(deal.id)?.includes('demo'));
    expect(tagsOf(deal.id)).toEqual(['VIP', 'demo']);
    expect(world.customerio.events('demo_scheduled')).toHaveLength(1);
  });

  it('come back as a webhook of our own, which leads to nothing', async () => {
    const { id, deliveryId } = await wonDeal(['cold']);
    world.customerio.click(deliveryId);
    await world.kommo.waitFor(() => tagsOf(id)?.includes('engaged'));
    await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
    await reported();
    expect(updates()).toHaveLength(1);
    const last = (await world.trace(id)).at(-1);
    expect(last).toMatchObject({ kind: 'deal_changed', state: 'ignored' });
  });

  it('go in one call with the field of their deal', async () => {
    const { id, deliveryId } = await wonDeal([]);
    world.customerio.bounce(deliveryId);
    await world.kommo.waitFor(() => tagsOf(id)?.includes('bounced'));
    await reported();
    expect(world.kommo.deal(id)?.fields.email_status).toBe('bounced');
    expect(updates()).toHaveLength(1);
  });

  it('are set again where no answer came: nothing is read back, and nothing is there twice', async () => {
    const { id, deliveryId } = await wonDeal(['cold']);
    world.kommo.faults.add({ kind: 'reset_after', times: 1, match: DEALS });
    world.customerio.click(deliveryId);
    await world.kommo.waitFor(() => updates().length === 2);
    await reported();
    expect(tagsOf(id)).toEqual(['engaged', 'clicked']);
    const calls = await world.app.database.db.selectFrom('attempts').select('call').execute();
    expect(calls.filter(({ call }) => call.startsWith('read back'))).toEqual([]);
  });

  it('that Kommo refuses are a dead letter, and a replay changes them', async () => {
    const { id, deliveryId } = await wonDeal(['cold']);
    world.kommo.faults.add({ kind: 'status', status: 404, body: 'json', times: 1, match: DEALS });
    world.customerio.click(deliveryId);
    await reported();
    expect(tagsOf(id)).toEqual(['cold']);

    const letters = createDeadLetters({
      database: world.app.database,
      connections: [{ name: 'acme', requestsPerSecond: 7 }],
      actor: COMMANDS,
      now: () => Date.now(),
    });
    const { groups } = await letters.failures({});
    expect(groups).toMatchObject([{ kind: 'tags', names: { one: 'tag change' }, count: 1 }]);
    const { run } = createReplayRun({
      letters,
      plan: await letters.plan({}),
      isDelivering: true,
      chunkSize: 200,
      pause: () => new Promise((resolve) => setTimeout(resolve, 10)),
      now: () => performance.now(),
      onProgress: () => {},
      isStopping: () => false,
      isAborted: () => false,
    });
    await run();
    expect(tagsOf(id)).toEqual(['engaged', 'clicked']);
  });
});
