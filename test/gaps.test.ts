import { TestClock } from 'pg-boss';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { reconcilerCursor } from '../src/store/queries/connections.ts';
import { KINDS } from './support/databases.ts';
import { startWorld, type World } from './support/world.ts';

let world: World;
afterEach(() => world?.close());

/** The webhooks stop: nothing that happens now is reported. */
function silence(): void {
  for (const hook of world.kommo.hooks()) world.kommo.removeHook(hook.destination);
}

describe.each(KINDS)('moves that no webhook reported (%s)', (database) => {
  it('are brought in by the next reading of the events log, each once and in order', async () => {
    const clock = new TestClock(Date.now());
    world = await startWorld({ database, clock });
    const reported = world.deal({ email: 'told@example.com' });
    world.move(reported.id, 'Demo scheduled');
    await world.kommo.waitFor(() => world.noteTexts(reported.id).length === 1);
    await world.settled();

    silence();
    const missed = world.deal({ email: 'missed@example.com' });
    world.move(missed.id, 'Demo scheduled');
    world.move(missed.id, 'Demo completed');
    world.move(missed.id, 'Closed - won');
    await clock.setTime(clock.now() + 5 * 60_000);
    await clock.tick(1_000);
    await world.kommo.waitFor(() => world.noteTexts(missed.id).length === 3, { timeoutMs: 15_000 });
    await world.settled();

    const names = world.customerio.person('missed@example.com')?.events.map((event) => event.name);
    expect(names).toEqual(['demo_scheduled', 'demo_completed', 'deal_won']);
    expect(world.customerio.person('told@example.com')?.rawReceipts).toBe(1);
    expect(world.noteTexts(reported.id)).toHaveLength(1);
  });
});

it('are brought in after a stop', async () => {
  world = await startWorld({ database: 'postgres' });
  silence();
  const deal = world.deal({ email: 'ann@example.com' });
  world.move(deal.id, 'Closed - won');
  await world.restart();
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1, { timeoutMs: 15_000 });
  expect(world.customerio.events('deal_won')).toHaveLength(1);
});

it('are left alone where they are older than Stagepost', async () => {
  const clock = new TestClock(Date.now() + 60_000);
  world = await startWorld({ clock });
  silence();
  const deal = world.deal({ email: 'ann@example.com' });
  world.move(deal.id, 'Closed - won');
  await clock.setTime(clock.now() + 5 * 60_000);
  await clock.tick(1_000);
  await vi.waitFor(async () => {
    const cursor = await reconcilerCursor(world.app.database.db, 'acme');
    expect(cursor?.to).toBeGreaterThan(cursor?.from ?? 0);
  }, 15_000);
  await world.settled();
  expect(world.customerio.requests).toEqual([]);
});
