import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDeadLetters, type DeadLetters, type SelectionQuery } from '../../src/failures/dead-letters.ts';
import { createReplayRun, type ReplayRunOptions } from '../../src/failures/replay-run.ts';
import { COMMANDS } from '../../src/store/users/actor.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let letters: DeadLetters;

// One world for all: each test makes its own deals, and leaves no dead letter behind.
beforeAll(async () => {
  world = await startWorld({ database: 'postgres' });
  letters = createDeadLetters({
    database: world.app.database,
    connections: [{ name: 'acme', requestsPerSecond: 7 }],
    actor: COMMANDS,
    now: () => Date.now(),
  });
});
afterAll(() => world?.close());
afterEach(async () => {
  world.kommo.switches.noteTextMax = null;
  await letters.discard({}, 'the next test');
});

/** Deals that were won, with everything settled. */
async function won(count = 1): Promise<number[]> {
  const ids = Array.from({ length: count }, () => world.deal().id);
  for (const id of ids) world.move(id, 'Closed - won');
  for (const id of ids) {
    await world.kommo.waitFor(() =>
      world.kommo.hookDeliveries().some(({ body, status }) => body.includes(`${id}`) && status === 200),
    );
  }
  // A deal's first webhook says that it was created: the one about its move may still be on its way.
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  await world.settled();
  return ids;
}

/** The email of the deal's contact. */
function personOf(deal: number): string {
  return world.kommo.contact(world.kommo.deal(deal)!.contactIds[0]!)!.emails[0]!;
}

const eventsOf = (deal: number) =>
  world.customerio.events('deal_won').filter(({ data }) => data.deal_id === deal);

/** Kommo refuses every note while `work` runs. */
async function withNotesRefused<T>(work: () => Promise<T>): Promise<T> {
  world.kommo.switches.noteTextMax = 5;
  const result = await work();
  world.kommo.switches.noteTextMax = null;
  return result;
}

async function replay(wanted: SelectionQuery = {}, part: Partial<ReplayRunOptions> = {}) {
  const plan = await letters.plan(wanted);
  const { tally, run } = createReplayRun({
    letters,
    plan,
    isDelivering: true,
    chunkSize: 200,
    pause: () => new Promise((resolve) => setTimeout(resolve, 10)),
    now: () => performance.now(),
    onProgress: () => {},
    isStopping: () => false,
    isAborted: () => false,
    ...part,
  });
  await run();
  return tally;
}

describe('a note that Kommo refuses', () => {
  it('is a dead letter with Kommo’s words, and is written once when the cause is mended', async () => {
    const [deal] = await withNotesRefused(() => won());
    const { groups } = await letters.failures({});
    expect(groups).toMatchObject([
      { count: 1, kind: 'note', owner: 'author of the rules', words: expect.stringContaining('too long') },
    ]);
    expect(groups[0]!.examples).toMatchObject([{ dealId: deal, person: personOf(deal!) }]);

    expect(await replay()).toMatchObject({ total: 1, delivered: 1, refused: 0 });
    expect(await replay()).toMatchObject({ total: 0 });
    expect(world.noteTexts(deal!)).toHaveLength(1);
    expect(eventsOf(deal!)).toHaveLength(1);
  });

  it('is refused again, with the new words, where nothing was mended', async () => {
    await withNotesRefused(async () => {
      await won();
      world.kommo.switches.noteTextMax = 6;
      const tally = await replay();
      expect(tally).toMatchObject({ delivered: 0, refused: 1, left: 0 });
      expect(tally.refusals).toMatchObject([
        { kind: 'note', words: expect.stringContaining('6 characters') },
      ]);
    });
  });

  it('is given up with a reason, and never replayed', async () => {
    const [deal] = await withNotesRefused(() => won());
    expect(await letters.discard({ deal }, 'written by hand')).toEqual({ discarded: 1 });
    expect(await replay()).toMatchObject({ total: 0 });
    expect(world.noteTexts(deal!)).toEqual([]);
    const row = await world.app.database.db
      .selectFrom('actions')
      .select('error')
      .where('deal_id', '=', deal!)
      .where('kind', '=', 'note')
      .executeTakeFirstOrThrow();
    expect(row.error).toMatch(/^Discarded: written by hand \(was: .*too long/);
  });
});

it('an identify that was refused is replayed with its event and note, whichever of the three is named', async () => {
  world.customerio.faults.add({ kind: 'status', status: 400, match: { method: 'PUT' }, times: 3 });
  const deals = await won(3);
  for (const deal of deals) expect(world.customerio.person(personOf(deal))).toBeUndefined();
  const dead = await letters.list({}, 0, 10);
  const named = deals.map((deal, index) => dead.filter(({ dealId }) => dealId === deal)[index]!);
  expect(named.map(({ kind }) => kind)).toEqual(['identify', 'track', 'note']);

  const tally = await replay({ ids: named.map(({ id }) => id) });
  expect(tally).toMatchObject({ total: 9, delivered: 9 });
  for (const deal of deals) {
    expect(world.customerio.person(personOf(deal))?.identifies).toBe(1);
    expect(eventsOf(deal)).toHaveLength(1);
    expect(world.noteTexts(deal)).toHaveLength(1);
  }
});

it('a note that was written although no answer came is found, not written twice', async () => {
  const [deal] = await won();
  // As after 300 tries without an answer, of which one had arrived.
  await world.app.database.db
    .updateTable('actions')
    .set({ state: 'dead', failure: 'unknown', result: null, error: 'Given up after 300 tries.' })
    .where('kind', '=', 'note')
    .where('deal_id', '=', deal!)
    .execute();
  expect((await letters.plan({})).unsure).toBe(1);
  expect(await replay()).toMatchObject({ delivered: 1 });
  expect(world.noteTexts(deal!)).toHaveLength(1);
});

it('a replay that was stopped in the middle goes on where it stopped, and doubles nothing', async () => {
  const deals = await withNotesRefused(() => won(12));
  let chunks = 0;
  const first = await replay(
    {},
    { chunkSize: 7, onProgress: () => (chunks += 1), isStopping: () => chunks > 0 },
  );
  expect(first).toMatchObject({ total: 12, delivered: 7, left: 5 });
  expect(await replay()).toMatchObject({ total: 5, delivered: 5, left: 0 });
  expect(deals.map((deal) => world.noteTexts(deal).length)).toEqual(deals.map(() => 1));
});

// Last: the lane asks again only after a minute.
it('a replay behind a refused token stops, and says in words what to do', async () => {
  await withNotesRefused(() => won(3));
  world.kommo.revokeToken();
  const tally = await replay({}, { chunkSize: 1 });
  expect(tally).toMatchObject({ handedOver: 1, delivered: 0, left: 2 });
  expect(tally.stopped).toMatch(/does not accept the token.*Create a new token/);
});
