/**
 * From a stage change in Kommo to the event accepted at Customer.io: median and worst of 100 moves,
 * one after the other on an idle system, with both simulators answering at once and after 100 ms.
 * Also the calls that a move and a report cost. Run: npm run bench:latency
 *
 * The sum of the API answers that a move must wait for is four: the deal, its contact, the identify
 * and the event (the company too where an attribute speaks of it). The note comes after.
 */
import { startWorld, type World } from '../test/support/world.ts';

const MOVES = 100;

async function measure(latencyMs: number): Promise<void> {
  const world = await startWorld({ kommo: { latencyMs }, customerio: { latencyMs, fullResolution: true } });
  await warmUp(world);
  const times: number[] = [];
  const before = countCalls(world);
  for (let i = 0; i < MOVES; i++) times.push(await oneMove(world, `person${i}@example.com`));
  const moved = countCalls(world);
  for (const message of world.customerio.messages().slice(-MOVES)) await oneOpen(world, message.deliveryId);
  const opened = countCalls(world);
  times.sort((a, b) => a - b);
  const ms = (value: number | undefined) => `${value?.toFixed(1)} ms`;
  console.log(`answers after ${latencyMs} ms: median ${ms(times[MOVES / 2])}, worst ${ms(times.at(-1))}`);
  const perMove = (a: number, b: number) => ((b - a) / MOVES).toFixed(2);
  console.log(
    `  calls per move: Kommo ${perMove(before.kommo, moved.kommo)}, Customer.io ${perMove(before.customerio, moved.customerio)};` +
      ` per open: Kommo ${perMove(moved.kommo, opened.kommo)}, Customer.io ${perMove(moved.customerio, opened.customerio)}`,
  );
  await world.close();
}

/** @returns ms from the move to the event's acceptance. */
async function oneMove(world: World, email: string): Promise<number> {
  const deal = world.deal({ email });
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  await world.settled();
  let accepted = 0;
  const stop = world.customerio.on((happening) => {
    if (happening.type === 'event' && accepted === 0) accepted = performance.now();
  });
  await idle();
  const started = performance.now();
  world.move(deal.id, 'Closed - won');
  await world.customerio.waitFor(() => accepted > 0);
  stop();
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  await world.settled();
  return accepted - started;
}

/** An idle system: the calls of the move before no longer count in Kommo's rolling second. */
function idle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_600));
}

async function oneOpen(world: World, deliveryId: string): Promise<void> {
  const before = world.kommo.notes().length;
  world.customerio.open(deliveryId);
  await world.kommo.waitFor(() => world.kommo.notes().length > before);
  await world.settled();
}

async function warmUp(world: World): Promise<void> {
  for (let i = 0; i < 5; i++) await oneMove(world, `warm${i}@example.com`);
}

function countCalls({ kommo, customerio }: World): { kommo: number; customerio: number } {
  return { kommo: kommo.requests.total, customerio: customerio.requests.length };
}

for (const latencyMs of [0, 100]) await measure(latencyMs);
process.exit(0);
