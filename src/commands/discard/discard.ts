import { withData } from '../data/with-data.ts';
import { renderGroups } from '../failures/render.ts';
import { requireSelection, type SelectionOptions, selectionOf } from '../options/selection.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit.ts';
import { plural } from '../terminal/format.ts';
import { print } from '../terminal/output.ts';
import { terminalWidth } from '../terminal/wrap.ts';

export interface DiscardOptions extends SelectionOptions {
  why: string;
  yes?: boolean;
}

/** Shows what is selected, asks, and discards it with the actions that depend on it. */
export async function discard(ids: number[], options: DiscardOptions): Promise<void> {
  const { why, all, json, yes } = options;
  const selection = selectionOf(ids, options);
  requireSelection(selection, all, 'discard');
  await withData(options, async ({ letters }) => {
    const failures = await letters.failures(selection);
    if (failures.total === 0) {
      print(json ? JSON.stringify({ discarded: 0 }, null, 2) : 'No dead letter matches.');
      process.exitCode = EXIT.failed;
      return;
    }
    if (!json) print(`${renderGroups(failures, terminalWidth())}\n`);
    const question = `Discard ${plural(failures.total, 'dead letter')} and the actions that depend on them? They can never be replayed.`;
    if (!(await confirmChange(question, yes))) return;
    // Not those that failed after the list was printed: nobody has agreed to them.
    const until = Math.min(selection.until ?? Number.MAX_SAFE_INTEGER, failures.last ?? 0);
    const result = await letters.discard({ ...selection, until }, why);
    print(
      json
        ? JSON.stringify(result, null, 2)
        : `${plural(result.discarded, 'action')} discarded. The trace keeps the reason and the error message.`,
    );
  });
}
