import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Objects that live for a while, as under load, in turns of the event loop. @returns the most of each space, in MB. */
const ALLOCATE = `
  const { limitHeap, spaceOf } = await import(process.argv[1]);
  if (process.argv[2] === 'limited') limitHeap();
  const alive = [];
  const most = { young: 0, old: 0 };
  for (let turn = 0; turn < 300; turn++) {
    for (let n = 0; n < 10_000; n++) alive[(turn * 10_000 + n) % 200_000] = { n, list: [n], text: 'x' + n };
    most.young = Math.max(most.young, spaceOf('new_space'));
    most.old = Math.max(most.old, spaceOf('old_space'));
    await new Promise(setImmediate);
  }
  console.log(JSON.stringify(most));
`;
const MB = 1024 * 1024;

function mostOf(how: 'limited' | 'unlimited'): { young: number; old: number } {
  const module = join(import.meta.dirname, 'heap-limits.ts');
  // Helper threads and marking in slices of time would make it depend on the machine how far collecting lags behind.
  const gc = ['--single-threaded-gc', '--no-incremental-marking'];
  const args = [...gc, '--input-type=module', '--eval', ALLOCATE, module, how];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

// V8 decides by the speeds that it measures when to collect, so that one run on a busy machine can be far off.
it('keeps V8 from letting its heap grow to far more than what lives', { retry: 4 }, () => {
  const unlimited = mostOf('unlimited');
  const limited = mostOf('limited');
  expect(unlimited.young).toBeGreaterThan(64 * MB);
  expect(limited.young).toBeLessThanOrEqual(40 * MB);
  expect(limited.old).toBeLessThan(0.8 * unlimited.old);
});
