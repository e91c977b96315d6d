import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import type { Lights } from './rig.ts';

/** What the lights did about one fault. */
export interface Measured {
  fault: string;
  /** Seconds until the light was not green; null: it stayed green. */
  noticedS: number | null;
  /** Seconds after the repair until it was green again; null: it did not become green. */
  greenS: number | null;
  /** What it said: the codes with their lights. */
  said: string[];
}

export interface MeasureOptions {
  /** The longest wait for each change, ms. */
  patienceMs: number;
  /** How long the fault stays after it was noticed, ms. */
  holdMs: number;
  /** How often traffic is made, ms. */
  trafficMs: number;
  /** How often the light is read, ms. */
  pollMs: number;
}

export const USUAL: MeasureOptions = { patienceMs: 120_000, holdMs: 15_000, trafficMs: 5_000, pollMs: 500 };

/** Breaks something, and measures how long the light takes to follow, both ways. */
export async function measure(fault: Fault, lights: Lights, options: MeasureOptions): Promise<Measured> {
  const { patienceMs, holdMs } = options;
  const isGreen = async () => (await lights.health())?.light === 'ok';
  if ((await waitUntil(isGreen, patienceMs, () => lights.traffic(), options)) === null)
    return { fault: fault.name, noticedS: null, greenS: null, said: ['it was not green before the fault'] };
  const repair = await fault.break(lights);
  const isNoticed = async () => !(await isGreen());
  const noticedS = await waitUntil(isNoticed, patienceMs, () => fault.during?.(lights), options);
  if (noticedS !== null) await waitUntil(async () => false, holdMs, () => fault.during?.(lights), options);
  const said = (await lights.health())?.codes ?? ['no answer'];
  await repair();
  const greenS = await waitUntil(isGreen, patienceMs, () => fault.after?.(lights), options);
  return { fault: fault.name, noticedS, greenS, said: greenS === null ? [...said, '→', ...((await lights.health())?.codes ?? [])] : said };
}

/** @returns seconds; null where it did not become so in time */
async function waitUntil(
  isSo: () => Promise<boolean>,
  patienceMs: number,
  traffic: () => void | Promise<void> | undefined,
  { pollMs, trafficMs }: MeasureOptions,
): Promise<number | null> {
  const started = performance.now();
  let nextTraffic = started;
  let sending: Promise<void> | null = null;
  for (;;) {
    const now = performance.now();
    if (await isSo()) return (now - started) / 1000;
    if (now - started > patienceMs) return null;
    if (now >= nextTraffic && sending === null) {
      nextTraffic = now + trafficMs;
      const sent = (async () => traffic())().catch(() => {});
      sending = sent.finally(() => {
        sending = null;
      });
    }
    await sleep(pollMs);
  }
}
