import { confirm } from '../common/confirm.ts';
import { EXIT } from '../common/exit.ts';
import { plural } from '../common/messages.ts';
import { terminalWidth } from '../doctor/text.ts';
import { withStore } from '../server/store-access.ts';
import { type DiscardOptions, selectionOf } from './options.ts';
import { needsSelection } from './replay.ts';
import { renderGroups } from './text.ts';

/** Shows what is selected, asks, and discards it with all that waited for it. */
export async function discardCommand(ids: number[], options: DiscardOptions): Promise<void> {
  const wanted = selectionOf(ids, options);
  needsSelection(Object.keys(wanted).length > 0 || options.all === true, 'discard');
  await withStore(options, async ({ letters }) => {
    const failures = await letters.failures(wanted);
    if (failures.total === 0) {
      if (options.json) console.log(JSON.stringify({ discarded: 0 }, null, 2));
      else console.log('No dead letter matches this.');
      process.exitCode = EXIT.failed;
      return;
    }
    if (!options.json) console.log(`${renderGroups(failures, terminalWidth())}\n`);
    const question = `Discard ${plural(failures.total, 'dead letter')}, and what waited for them? They can never be replayed.`;
    if (!options.yes && !(await confirm(question))) {
      console.error('Nothing was done.');
      process.exitCode = EXIT.failed;
      return;
    }
    // What has died since it was shown was not agreed to.
    const until = Math.min(wanted.until ?? Number.MAX_SAFE_INTEGER, failures.last ?? 0);
    const result = await letters.discard({ ...wanted, until }, options.why);
    if (options.json) console.log(JSON.stringify(result, null, 2));
    else
      console.log(
        `${plural(result.discarded, 'action')} discarded. The trace keeps the reason and the old words.`,
      );
  });
}
