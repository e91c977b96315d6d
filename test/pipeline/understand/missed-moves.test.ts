import { TestClock } from 'pg-boss';
import { afterEach, describe, expect, it } from 'vitest';
import { reconcilerCursor } from '../../../src/store/connections/reconciler-cursor.ts';
import { openDatabase } from '../../../src/store/database/database.ts';
import { workAges } from '../../../src/store/health/work-age.ts';
import { storeRequests } from '../../../src/store/inbox.ts';
import { KINDS } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { startWorld, type World } from '../../support/world.ts';

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
  world = await startWorld();
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
  // The first reading only marks where Stagepost begins.
  await eventually(async () => expect(await reconcilerCursor(world.app.database.db, 'acme')).not.toBeNull());
  silence();
  const deal = world.deal({ email: 'ann@example.com' });
  world.move(deal.id, 'Closed - won');
  await clock.setTime(clock.now() + 5 * 60_000);
  await clock.tick(1_000);
  await eventually(async () => {
    const cursor = await reconcilerCursor(world.app.database.db, 'acme');
    expect(cursor?.to).toBeGreaterThan(cursor?.from ?? 0);
  });
  await world.settled();
  expect(world.customerio.requests).toEqual([]);
});

it('that are too old to be read are lost, which a warning says for a week', async () => {
  const clock = new TestClock(Date.now());
  world = await startWorld({ clock });
  const cursor = () => reconcilerCursor(world.app.database.db, 'acme');
  await eventually(async () => expect(await cursor()).not.toBeNull());
  const { to } = (await cursor())!;
  const unread = async () => (await workAges(world.app.database.db, ['acme'], clock.now()))[0]!.unreadLog;
  expect(await unread()).toBeNull();
  await world.restart(() => clock.setTime(clock.now() + 100 * 86_400_000));
  await eventually(async () => expect((await cursor())?.to).toBeGreaterThan(to + 99 * 86_400));
  const lost = (await unread())!;
  expect(lost).toMatchObject({ from: to });
  expect(lost.to - lost.from).toBeGreaterThanOrEqual(20 * 86_400);
  expect(lost.to - lost.from).toBeLessThan(20 * 86_400 + 300);
});

describe('moves of an outage', () => {
  const MINUTE = 60_000;
  let clock: TestClock;

  async function start(config?: (yaml: string) => string): Promise<void> {
    clock = new TestClock(Date.now() - 4 * 60 * MINUTE);
    const kommo = { now: () => clock.now() };
    world = await startWorld({ clock, kommo, ...(config ? { config } : {}) });
    await eventually(async () =>
      expect(await reconcilerCursor(world.app.database.db, 'acme')).not.toBeNull(),
    );
  }
  const namesOf = (email: string) => world.customerio.person(email)?.events.map((event) => event.name) ?? [];

  it('of three hours come in their order, each once, page by page, and before what follows them', async () => {
    await start();
    const deals = Array.from({ length: 30 }, (_, n) => world.deal({ email: `p${n}@example.com` }));
    await world.settled();
    silence();
    await world.restart(async () => {
      for (const stage of ['Demo scheduled', 'Demo completed', 'Proposal sent', 'Onboarding']) {
        await clock.setTime(clock.now() + 45 * MINUTE);
        for (const { id } of deals) world.move(id, stage);
      }
    });
    const notes = () => deals.reduce((sum, { id }) => sum + world.noteTexts(id).length, 0);
    await world.kommo.waitFor(() => notes() === 120, { timeoutMs: 25_000 });
    await world.settled();
    const names = ['demo_scheduled', 'demo_completed', 'proposal_sent', 'onboarding_started'];
    for (const n of deals.keys()) expect(namesOf(`p${n}@example.com`)).toEqual(names);
  });

  it('that appear in the log six minutes late are brought in all the same', async () => {
    await start();
    silence();
    world.kommo.switches.eventsLateMs = 6 * MINUTE;
    const deal = world.deal({ email: 'late@example.com' });
    world.move(deal.id, 'Closed - won');
    const before = await reconcilerCursor(world.app.database.db, 'acme');
    // The log is read within five minutes, and too early for this move.
    await clock.setTime(clock.now() + 5 * MINUTE);
    await clock.tick(1_000);
    await eventually(async () => {
      const { to } = (await reconcilerCursor(world.app.database.db, 'acme'))!;
      expect(to).toBeGreaterThan(before!.to);
    });
    expect(world.noteTexts(deal.id)).toEqual([]);
    await clock.setTime(clock.now() + 6 * MINUTE);
    await clock.tick(1_000);
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1, { timeoutMs: 15_000 });
    await world.settled();
    expect(namesOf('late@example.com')).toEqual(['deal_won']);
  });

  it('that are older than skip_moves_after start no campaign, and are shown as skipped', async () => {
    await start((yaml) => yaml.replace('    stages:\n', '    skip_moves_after: 2h\n    stages:\n'));
    silence();
    const old = world.deal({ email: 'old@example.com' });
    world.move(old.id, 'Closed - won');
    await clock.setTime(clock.now() + 110 * MINUTE);
    const young = world.deal({ email: 'young@example.com' });
    world.move(young.id, 'Closed - won');
    await clock.setTime(clock.now() + 20 * MINUTE);
    await clock.tick(1_000);
    await world.kommo.waitFor(() => world.noteTexts(young.id).length === 1, { timeoutMs: 15_000 });
    await world.settled();
    expect(world.noteTexts(old.id)).toEqual([]);
    expect(await world.trace(old.id)).toContainEqual(
      expect.objectContaining({ state: 'ignored', reason: expect.stringMatching(/^Skipped: .* 2 hours/) }),
    );
  });
});

it('missed while Stagepost was down are planned before a move that a webhook tells of at the start', async () => {
  world = await startWorld();
  silence();
  const deal = world.deal({ email: 'ann@example.com' });
  await world.restart(async () => {
    world.move(deal.id, 'Demo scheduled');
    world.move(deal.id, 'Demo completed');
    // As if Kommo had told of the last one just before the stop: the request is stored, nothing more.
    const body = new URLSearchParams({
      'leads[status][0][id]': String(deal.id),
      'leads[status][0][status_id]': '142',
      'leads[status][0][old_status_id]': '12345679',
      'leads[status][0][pipeline_id]': String(world.kommo.pipelineId('Sales')),
      'leads[status][0][last_modified]': String(Math.floor(Date.now() / 1000) + 2),
    });
    const { db, close } = await openDatabase({ ...world.store, onError: () => {} });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = { connection: 'acme', source: 'kommo' as const, receivedAt: Date.now(), headers };
    await storeRequests(db, [{ ...request, body: Buffer.from(body.toString()) }]);
    await close();
  });
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 3, { timeoutMs: 20_000 });
  const names = world.customerio.person('ann@example.com')?.events.map((event) => event.name);
  expect(names).toEqual(['demo_scheduled', 'demo_completed', 'deal_won']);
});
