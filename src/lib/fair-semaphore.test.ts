import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FairSemaphore } from './fair-semaphore.ts';

let semaphore: FairSemaphore;
/** In the order in which work began. */
let begun: string[];
let ends: (() => void)[];
let refused: string[];
beforeEach(() => {
  semaphore = new FairSemaphore({ places: 1, maxWaiting: 6 });
  [begun, ends, refused] = [[], [], []];
});

function ask(name: string, group: string, isPreferred = false): void {
  const work = () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  semaphore.run({ group, isPreferred }, work).catch(() => refused.push(name));
}

async function finishAll(): Promise<void> {
  for (let end = ends.shift(); end; end = ends.shift()) {
    end();
    await setImmediate();
  }
}

it('lets groups take turns', async () => {
  for (const name of ['a1', 'a2', 'a3']) ask(name, 'a');
  for (const name of ['b1', 'b2']) ask(name, 'b');
  await finishAll();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
});

it('runs preferred work first', async () => {
  for (const name of ['a1', 'a2']) ask(name, 'a');
  ask('b1', 'b', true);
  await finishAll();
  expect(begun).toEqual(['a1', 'b1', 'a2']);
});

describe('a full queue', () => {
  it('drops the newest work of the largest group for a smaller one', async () => {
    for (let index = 0; index < 7; index++) ask(`a${index}`, 'a');
    ask('b0', 'b');
    await finishAll();
    expect(refused).toEqual(['a6']);
    expect(begun).toContain('b0');
  });

  it('refuses more work of the largest group', async () => {
    for (let index = 0; index < 8; index++) ask(`a${index}`, 'a');
    await finishAll();
    expect(refused).toEqual(['a7']);
    expect(begun).toHaveLength(7);
  });

  it('drops nothing where all groups have as much', async () => {
    ask('first', 'x');
    for (let index = 0; index < 7; index++) ask(`g${index}`, `group ${index}`);
    await finishAll();
    expect(refused).toEqual(['g6']);
  });
});

it('gives a place back after work that failed', async () => {
  const failing = semaphore.run({ group: 'a', isPreferred: false }, async () => {
    throw new Error('broken');
  });
  await expect(failing).rejects.toThrow('broken');
  ask('next', 'a');
  expect(begun).toEqual(['next']);
});

it('makes room where work takes longer than its patience, and only once', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  semaphore = new FairSemaphore({ places: 1, maxWaiting: 6, patienceMs: 100 });
  for (const name of ['a1', 'a2', 'a3']) ask(name, 'a');
  vi.advanceTimersByTime(100);
  await setImmediate();
  expect(begun).toEqual(['a1', 'a2']);
  ends.shift()!();
  await setImmediate();
  expect(begun).toEqual(['a1', 'a2']);
  vi.useRealTimers();
});
