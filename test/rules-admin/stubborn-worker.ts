import { MAX_OUTPUT_CHARACTERS } from '../../src/rules-admin/draft-work/worker-protocol.ts';

/*
 * A worker process whose tasks do harm; the `input` says which. No draft that the real tasks accept does any of this, so
 * the tests of what ends such a process need their own.
 */

const HARM: Record<string, () => unknown> = {
  'loops for ever': () => {
    for (;;);
  },
  'fills the memory': () => {
    const kept: object[] = [];
    for (;;) kept.push({ kept: kept.length });
  },
  'allocates too much at once': () => new Array(3e7).fill(0).map((_, index) => ({ index })).length,
  ends: () => process.exit(3),
  'does nothing bad': () => MAX_OUTPUT_CHARACTERS,
};

process.on('message', ({ input }: { input: string }) => {
  process.send?.({ kind: 'begun' }, () => {
    process.send?.({ kind: 'done', output: JSON.stringify(HARM[input]!()) });
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready' });
