import { TestClock } from 'pg-boss';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KINDS, type Kind } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';

const DAY = 86_400_000;

let world: World;
let clock: TestClock;

beforeEach(() => {
  clock = new TestClock(Date.now());
});

afterEach(() => world?.close());

describe('no sign of life', () => {
  async function start(database?: Kind): Promise<void> {
    world = await startWorld({ clock, database });
  }

  async function wonDeal() {
    const deal = world.deal({ email: 'ann@example.com', name: 'Ann Lee' });
    world.move(deal.id, 'Closed - won');
    const { deliveryId } = await world.customerio.waitFor(
      () => world.customerio.mailbox('ann@example.com')[0],
    );
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
    await world.settled();
    return { ...deal, deliveryId };
  }

  /** Jumps in time and lets what became due happen. */
  async function pass(ms: number): Promise<void> {
    await clock.setTime(clock.now() + ms);
    await clock.tick(5_000);
  }

  const inactive = () => world.customerio.events('onboarding_inactive');

  it.each(KINDS)('leads to an event and a task after five days, through a restart (%s)', async (kind) => {
    await start(kind);
    const deal = await wonDeal();
    await pass(4 * DAY);
    await world.restart();
    await world.settled();
    expect(inactive()).toEqual([]);

    // The deal was won by the simulator's clock, which is later than the test's where the start took its time.
    await pass(DAY + 3_600_000);
    await world.kommo.waitFor(() => world.taskTexts(deal.id).length > 0, { timeoutMs: 15_000 });
    await world.settled();
    expect(inactive()).toMatchObject([{ data: { deal_id: deal.id, since_event: 'deal_won' } }]);
    expect(world.taskTexts(deal.id)).toEqual(['No onboarding email opened in 5 days - reach out to Ann']);
  });

  it('keeps its end where the rules change while it runs, and does what the newest say', async () => {
    await start();
    await wonDeal();
    await world.restart(undefined, (yaml) =>
      yaml
        .replace('after: 5d', 'after: 30d')
        .replace('event: onboarding_inactive', 'event: onboarding_silent'),
    );
    await pass(5 * DAY + 3_600_000);
    await world.customerio.waitFor(() => world.customerio.events('onboarding_silent').length > 0, {
      timeoutMs: 40_000,
    });
    expect(inactive()).toEqual([]);
  });

  it('is none where the client opened an email in time', async () => {
    await start();
    const deal = await wonDeal();
    world.customerio.open(deal.deliveryId);
    await world.kommo.waitFor(() =>
      world.noteTexts(deal.id).some((text) => text.startsWith('Client opened')),
    );
    await pass(6 * DAY);
    await world.settled();
    const [watch] = await world.app.database.db.selectFrom('watches').select('state').execute();
    expect(watch?.state).toBe('stopped');
    expect(inactive()).toEqual([]);
    expect(world.taskTexts(deal.id)).toEqual([]);
  });

  it('is not ended by a machine’s open', async () => {
    await start();
    const deal = await wonDeal();
    world.customerio.open(deal.deliveryId, { machine: 'apple' });
    await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
    await world.settled();
    await pass(6 * DAY);
    await world.kommo.waitFor(() => world.taskTexts(deal.id).length > 0, { timeoutMs: 15_000 });
    expect(inactive()).toHaveLength(1);
  });
});
