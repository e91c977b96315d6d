import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { WEBHOOK_SECRET, type World } from './world.ts';

/** What both senders' patience allows, in ms: Stagepost's own limits and some time for this machine. */
export const PATIENCE_MS = { kommo: 2_000, customerio: 4_000 } as const;

export interface Answer {
  status: number;
  ms: number;
}

/** Comes to both doors at once with requests that make no sense: they are stored, and lead to nothing. */
export async function probe(world: World): Promise<{ kommo: Answer; customerio: Answer }> {
  return probeAt(world.app.url, world.customerio.credentials.signingKey);
}

export async function probeAt(url: string, signingKey: string) {
  const [kommo, customerio] = await Promise.all([
    probeAsKommo(url, 'probe=1'),
    probeAsCustomerio(url, signingKey),
  ]);
  return { kommo, customerio };
}

export function probeAsKommo(url: string, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return post(`${url}/webhooks/kommo/acme/${WEBHOOK_SECRET}`, headers, body);
}

let probes = 0;

/** Each is another report: a copy of a stored one, which is signed in the same second, would be accepted without a database. */
function probeAsCustomerio(url: string, signingKey: string): Promise<Answer> {
  const stamp = Math.floor(Date.now() / 1000);
  probes += 1;
  const body = JSON.stringify({ probe: probes });
  const signature = createHmac('sha256', signingKey).update(`v0:${stamp}:${body}`).digest('hex');
  const headers = { 'x-cio-timestamp': String(stamp), 'x-cio-signature': signature };
  return post(`${url}/webhooks/customerio/acme`, headers, body);
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<Answer> {
  const start = performance.now();
  const { status } = await fetch(url, { method: 'POST', headers, body });
  return { status, ms: performance.now() - start };
}

/** Both doors said "come again", within their senders' patience. */
export function expectRefused({ kommo, customerio }: { kommo: Answer; customerio: Answer }): void {
  expect([kommo.status, customerio.status]).toEqual([503, 503]);
  expect(kommo.ms).toBeLessThan(PATIENCE_MS.kommo);
  expect(customerio.ms).toBeLessThan(PATIENCE_MS.customerio);
}

/** Asks again and again until it is so. */
export async function until(isSo: () => Promise<boolean>, what: string, timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Both doors take requests again. @returns how long that took, in ms. */
export async function untilAccepted(world: World): Promise<number> {
  const start = performance.now();
  await until(async () => {
    const { kommo, customerio } = await probe(world);
    return kommo.status === 200 && customerio.status === 200;
  }, 'both doors take webhooks');
  return performance.now() - start;
}

/** Moves `count` deals of new people to the stage that sends `deal_won`. */
export function moveDealsToWon(world: World, count: number): number[] {
  return Array.from({ length: count }, () => {
    const { id } = world.deal();
    world.move(id, 'Closed - won');
    return id;
  });
}

/** Waits until each of these deals has its note, then until nothing is open: each led to exactly one event and one note. */
export async function expectEachOnce(world: World, deals: number[]): Promise<void> {
  const hasAll = () => deals.every((deal) => world.noteTexts(deal).length > 0);
  await world.kommo.waitFor(hasAll, { timeoutMs: 25_000, what: 'every deal to have its note' });
  await world.settled();
  const notes = deals.map((deal) => world.noteTexts(deal).length);
  expect(notes).toEqual(deals.map(() => 1));
  const events = world.customerio.events('deal_won').map((event) => Number(event.data.deal_id));
  expect(events.sort((a, b) => a - b)).toEqual([...deals].sort((a, b) => a - b));
}
