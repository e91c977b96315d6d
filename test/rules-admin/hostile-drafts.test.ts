import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DraftWorker } from '../../src/rules-admin/draft-work/draft-worker.ts';
import { PATIENCE, runs } from '../fuzz/support.ts';
import { HOSTILE_TEXTS } from '../support/hostile-drafts.ts';

/*
 * Drafts made to be as much work as they can be. Their work has bounds of its own: they are answered before the deadline, by a
 * process that is not killed. The deadline here is longer than the server's, since tests share a busy machine.
 */

const terminated: object[] = [];
const log = { warn: (entry: object) => void terminated.push(entry), error: () => {} };
const worker = new DraftWorker({ log, deadlineMs: 30_000 });
afterAll(() => worker.close());

async function expectAnswer(draft: { text?: string; tree?: object }): Promise<void> {
  const input = { draft, base: { text: '', contents: null }, catalog: null, language: 'en' };
  const { checked } = (await worker.run('check', input)) as { checked: { problems: object[] } };
  expect(checked.problems.length).toBeLessThanOrEqual(51);
  expect(terminated).toEqual([]);
}

describe('a draft that is as much work as it can be is answered', () => {
  it.each(Object.entries(HOSTILE_TEXTS))('%s', async (_what, text) => expectAnswer({ text }));

  it('a form of a megabyte', async () => {
    const stage = { pipeline: 'P', stage: 's', event: 'e' };
    const stages = Array.from({ length: 2_000 }, (_, n) => ({ ...stage, stage: `s${n}` }));
    await expectAnswer({ tree: { stages } });
    await expectAnswer({ text: 'stages:\n- {pipeline: P, stage: s1, event: e} # one\n', tree: { stages } });
  });

  it(
    'any pieces of YAML and Liquid, repeated up to a megabyte',
    async () => {
      const piece = fc.constantFrom(
        ...[
          '- ',
          '? ',
          ': ',
          '[',
          '{',
          '&a ',
          '*a,',
          '"',
          "'",
          '\t',
          '\n',
          '#',
          '|\n',
          '!!str ',
          '---\n',
          '  ',
        ],
        ...['a: ', 'k: v\n', '<<: *a\n', '- {pipeline: P, stage: s, event: e}\n', '${X}', '${', 'x'],
        ...['{{ deal.name }}', '{% if a %}', '{{ a | push: a }}', 'stages:\n', 'reactions:\n', 'person:\n'],
      );
      const block = fc
        .tuple(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 100_000 }))
        .map(([pieces, times]) => pieces.join('').repeat(times).slice(0, 400_000));
      const text = fc
        .array(block, { minLength: 1, maxLength: 4 })
        .map((all) => all.join('\n').slice(0, 1_000_000));
      await fc.assert(
        fc.asyncProperty(text, async (hostile) => {
          // The API refuses such a long text; the reader must hold without it.
          const input = { before: '', after: hostile, language: 'en' };
          await worker.run('difference', input);
          expect(terminated).toEqual([]);
        }),
        runs(15),
      );
    },
    PATIENCE,
  );
});
