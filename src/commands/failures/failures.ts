import pc from 'picocolors';
import type { DeadLetters, SelectionQuery } from '../../failures/dead-letters.ts';
import type { DeadLetter } from '../../store/actions/dead-letters.ts';
import { terminalWidth } from '../doctor/text.ts';
import { withStore } from '../server/store-access.ts';
import { type FailuresOptions, selectionOf } from './options.ts';
import { renderGroups, renderLanes, renderLetter, stoppedLanes } from './text.ts';

/** Below this many single ones are shown without being asked for. */
const FEW = 10;
const PAGE = 500;

/** Dead letters by cause, each with who must act and what to do; and what does not deliver just now. */
export async function failuresCommand(options: FailuresOptions): Promise<void> {
  await withStore(options, async ({ letters, status }) => {
    const wanted = selectionOf([], options);
    const failures = await letters.failures(wanted);
    const known = await status();
    const lanes = known && stoppedLanes(known, options.connection);
    const isListed = options.all === true || (failures.total > 0 && failures.total <= FEW);
    if (options.json) {
      const single: DeadLetter[] = [];
      if (options.all) for await (const letter of everyLetter(letters, wanted)) single.push(letter);
      const all = options.all ? { letters: single } : {};
      console.log(JSON.stringify({ ...failures, lanes, ...all }, null, 2));
      return;
    }
    const width = terminalWidth();
    if (lanes && lanes.length > 0) console.log(`${renderLanes(lanes, width)}\n`);
    if (failures.total === 0) {
      const narrowed = Object.keys(wanted).length > 0;
      console.log(pc.green(narrowed ? 'No dead letter matches this.' : 'There are no dead letters.'));
      return;
    }
    console.log(renderGroups(failures, width));
    if (isListed) {
      console.log(`\n${pc.bold('Each')}`);
      for await (const letter of everyLetter(letters, wanted)) console.log(renderLetter(letter));
    }
    console.log(`\n${pc.dim(NEXT)}`);
  });
}

const NEXT =
  'stagepost failures --all lists each one. stagepost replay or discard takes ids, --reason, --deal, --since;\n' +
  'stagepost trace DEAL tells the whole story of one.';

async function* everyLetter(letters: DeadLetters, wanted: SelectionQuery): AsyncGenerator<DeadLetter> {
  for (let above = 0; ; ) {
    const page = await letters.list(wanted, above, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    above = page.at(-1)!.id;
  }
}
