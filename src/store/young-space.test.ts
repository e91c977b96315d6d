import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Objects that live for a while, as under load, in turns of the event loop. @returns the most in MB. */
const ALLOCATE = `
  const { limitYoungSpace, youngSpace } = await import(process.argv[1]);
  if (process.argv[2] === 'limited') limitYoungSpace();
  const alive = [];
  let most = 0;
  for (let turn = 0; turn < 120; turn++) {
    for (let n = 0; n < 10_000; n++) alive[(turn * 10_000 + n) % 200_000] = { n, list: [n], text: 'x' + n };
    most = Math.max(most, youngSpace());
    await new Promise(setImmediate);
  }
  console.log(Math.round(most / 1024 / 1024));
`;

function mostOf(how: 'limited' | 'unlimited'): number {
  const module = join(import.meta.dirname, 'young-space.ts');
  const args = ['--input-type=module', '--eval', ALLOCATE, module, how];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('keeps the space for young objects at a quarter of what Node would let it grow to', () => {
  // 128 where V8 has the time to grow it.
  expect(mostOf('unlimited')).toBeGreaterThan(32);
  expect(mostOf('limited')).toBeLessThanOrEqual(32);
});
