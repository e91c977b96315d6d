import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { RULES_LIMITS } from './limits.ts';
import type { Locations } from './locations.ts';
import { parseYaml } from './yaml-file.ts';

const TEXT = 'stages:\n  - stage: Won\n    event: deal_won\n';

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function parsed(): { root: WeakRef<object>; locations: Locations } {
  const { root, locations } = parseYaml(TEXT, RULES_LIMITS);
  locations.set(['stages'], 'value', TEXT.indexOf('-'));
  return { root: new WeakRef(root!), locations };
}

it('the positions of a file do not keep its nodes: thousands of connections have their rules in memory', async () => {
  const { root, locations } = parsed();
  // What a WeakRef was made for lives until the end of the turn.
  await nextTurn();
  collectGarbage();
  expect(root.deref()).toBeUndefined();
  expect(locations.find(['stages'])).toEqual({ line: 2, column: 3 });
});
