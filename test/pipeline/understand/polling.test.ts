import { TestClock } from 'pg-boss';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reconcilerCursor } from '../../../src/store/connections/reconciler-cursor.ts';
import { eventually } from '../../support/eventually.ts';
import { hasWork, startWorld, WEBHOOK_SECRET, type World } from '../../support/world.ts';

const polling = (yaml: string) =>
  yaml.replace(
    'requests_per_second: 7',
    'requests_per_second: 7\n      changes: polling\n      directory: off',
  );

/** Timers with jitter are due at fractions of a millisecond, at which no real clock stands. */
class WholeClock extends TestClock {
  override now(): number {
    return Math.round(super.now());
  }
}
const clock = new WholeClock(Date.now());

let world: World;
beforeAll(async () => {
  world = await startWorld({
    clock,
    config: polling,
    kommo: { now: () => clock.now(), switches: { planWebhooks: 'payment_required' } },
  });
  removeHooks();
  // The first reading only marks where Stagepost begins.
  await eventually(async () => expect(await reconcilerCursor(world.app.database.db, 'acme')).not.toBeNull());
});
afterAll(() => world?.close());

function removeHooks(): void {
  for (const { destination } of world.kommo.hooks()) world.kommo.removeHook(destination);
}

/** Lets as much time pass as the log needs to be read until something is so, and nothing is left to do. */
async function polled(isSo: () => boolean): Promise<void> {
  await eventually(async () => {
    await clock.tick(5_000);
    expect([isSo(), await hasWork(world.app)]).toEqual([true, false]);
  });
}

const eventsOf = (email: string) => world.customerio.person(email)?.events.map(({ name }) => name) ?? [];

it('a stage change reaches Customer.io without any webhook', async () => {
  const deal = world.deal({ email: 'ann@example.com' });
  world.move(deal.id, 'Demo scheduled');
  await polled(() => world.noteTexts(deal.id).length === 1);
  expect(eventsOf('ann@example.com')).toEqual(['demo_scheduled']);
});

it('stage changes within one second keep their order, and entering a stage again counts again', async () => {
  const deal = world.deal({ email: 'bea@example.com' });
  for (const stage of ['Demo scheduled', 'Demo completed', 'Demo scheduled']) world.move(deal.id, stage);
  await polled(() => world.noteTexts(deal.id).length === 3);
  expect(eventsOf('bea@example.com')).toEqual(['demo_scheduled', 'demo_completed', 'demo_scheduled']);
});

it('an entry that the log shows minutes late is found by a later reading', async () => {
  world.kommo.switches.eventsLateMs = 5 * 60_000;
  const deal = world.deal({ email: 'cleo@example.com' });
  world.move(deal.id, 'Demo scheduled');
  world.kommo.switches.eventsLateMs = 0;
  await polled(() => world.noteTexts(deal.id).length === 1);
  expect(eventsOf('cleo@example.com')).toEqual(['demo_scheduled']);
});

it('stage changes during a restart arrive once', async () => {
  const deal = world.deal({ email: 'dan@example.com' });
  world.move(deal.id, 'Demo scheduled');
  await world.restart(async () => world.move(deal.id, 'Demo completed'));
  await polled(() => world.noteTexts(deal.id).length === 2);
  expect(eventsOf('dan@example.com')).toEqual(['demo_scheduled', 'demo_completed']);
});

it('where somebody turns a webhook on as well, each stage change counts once', async () => {
  world.kommo.addHook({ destination: `${world.app.url}/webhooks/kommo/acme/${WEBHOOK_SECRET}` });
  const deal = world.deal({ email: 'eve@example.com' });
  for (const stage of ['Demo scheduled', 'Demo completed']) world.move(deal.id, stage);
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 2);
  removeHooks();
  const last = world.deal({ email: 'fay@example.com' });
  world.move(last.id, 'Demo scheduled');
  // The reading that finds this one has read the others, too.
  await polled(() => world.noteTexts(last.id).length === 1);
  expect(eventsOf('eve@example.com')).toEqual(['demo_scheduled', 'demo_completed']);
  expect(world.noteTexts(deal.id)).toHaveLength(2);
});

it('a changed value of a client reaches Customer.io, and so does the next change some seconds later', async () => {
  const deal = world.deal({ email: 'gil@example.com', plan: 'Pro', price: 100 });
  world.move(deal.id, 'Demo scheduled');
  await polled(() => world.noteTexts(deal.id).length === 1);
  const attributes = () => world.customerio.person('gil@example.com')?.attributes;
  world.kommo.updateDeal(deal.id, { price: 200 });
  await polled(() => attributes()?.deal_amount === 200);
  world.kommo.updateDeal(deal.id, { price: 300, fields: { Plan: 'Basic' } });
  await polled(() => attributes()?.deal_amount === 300);
  expect(attributes()).toMatchObject({ plan: 'Basic' });
});

it('an account without news costs one call a reading', async () => {
  world.kommo.requests.clear();
  const paths = () => world.kommo.requests.all().map(({ path }) => path);
  await polled(() => paths().length >= 3);
  expect(new Set(paths())).toEqual(new Set(['/api/v4/events']));
});
