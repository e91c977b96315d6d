import { expect, it } from 'vitest';
import { createSemaphore, SemaphoreFull } from './semaphore.ts';

/** Work that ends when it is told to. */
function work() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const state = { begun: false };
  const run = () => {
    state.begun = true;
    return ended;
  };
  return { state, end, run };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('starts as many as there are slots, and the next one at the end of each', async () => {
  const semaphore = createSemaphore(2, 60_000);
  const [a, b, c] = [work(), work(), work()];
  const done = [a, b, c].map(({ run }) => semaphore(run));
  await settled();
  expect([a, b, c].map(({ state }) => state.begun)).toEqual([true, true, false]);
  b.end();
  await settled();
  expect(c.state.begun).toBe(true);
  a.end();
  c.end();
  await Promise.all(done);
});

it('work that fails gives its slot back too', async () => {
  const semaphore = createSemaphore(1, 60_000);
  await expect(semaphore(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await semaphore(async () => 'next')).toBe('next');
});

it('slow work gives its slot to the next one before its end, once', async () => {
  const semaphore = createSemaphore(1, 1);
  const [slow, next, third] = [work(), work(), work()];
  const done = [slow, next].map(({ run }) => semaphore(run));
  await new Promise<void>((resolve) => {
    const poll = () => (next.state.begun ? resolve() : setImmediate(poll));
    poll();
  });
  slow.end();
  next.end();
  await Promise.all(done);
  const last = semaphore(third.run);
  await settled();
  expect(third.state.begun).toBe(true);
  third.end();
  await last;
});

it('work is refused where too much is waiting, and accepted again when there is room', async () => {
  const semaphore = createSemaphore(1, null, 1);
  const [running, waiting] = [work(), work()];
  const done = [running, waiting].map(({ run }) => semaphore(run));
  await expect(semaphore(async () => 'third')).rejects.toThrow(SemaphoreFull);
  running.end();
  waiting.end();
  await Promise.all(done);
  expect(await semaphore(async () => 'fourth')).toBe('fourth');
});
