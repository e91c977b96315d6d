import type { DeadLetters, SelectionQuery } from '../../failures/dead-letters.ts';
import type { DeadLetter } from '../../store/actions/dead-letters.ts';
import type { DataAccess, ServerStatus } from '../data/types.ts';
import { withData } from '../data/with-data.ts';
import { type SelectionOptions, selectionOf } from '../options/selection.ts';
import { colors } from '../terminal/colors.ts';
import { print, printJson } from '../terminal/output.ts';
import { terminalWidth } from '../terminal/wrap.ts';
import { lossesIn, renderGroups, renderLanes, renderLetter, renderLosses, stoppedLanes } from './render.ts';

/** Up to this many dead letters are listed one by one without `--all`. */
const MAX_LISTED_UNASKED = 10;
const PAGE = 500;

/** Prints the dead letters by cause, each with who must act and what to do, and the lanes that do not deliver. */
export async function failures(options: SelectionOptions): Promise<void> {
  await withData(options, (data) => (options.json ? printAsJson(data, options) : printReport(data, options)));
}

async function printReport(data: DataAccess, options: SelectionOptions): Promise<void> {
  const { letters, status } = data;
  const selection = selectionOf([], options);
  const summary = await letters.failures(selection);
  const known = await status();
  const lanes = known ? stoppedLanes(known, options.connection) : [];
  const width = terminalWidth();
  if (lanes.length > 0) print(`${renderLanes(lanes, width)}\n`);
  const losses = known ? lossesIn(await data.health(namesOf(known, options.connection))) : [];
  if (losses.length > 0) print(`${renderLosses(losses, width)}\n`);
  if (summary.total === 0) {
    const isNarrowed = Object.keys(selection).length > 0;
    print(colors.green(isNarrowed ? 'No dead letter matches.' : 'There are no dead letters.'));
    return;
  }
  print(renderGroups(summary, width));
  if (options.all || summary.total <= MAX_LISTED_UNASKED) {
    print(`\n${colors.bold('Dead letters')}`);
    for await (const letter of everyLetter(letters, selection)) print(renderLetter(letter));
  }
  print(`\n${colors.dim(NEXT_STEPS)}`);
}

async function printAsJson({ letters, status }: DataAccess, options: SelectionOptions): Promise<void> {
  const selection = selectionOf([], options);
  const summary = await letters.failures(selection);
  const known = await status();
  const lanes = known && stoppedLanes(known, options.connection);
  const single: DeadLetter[] = [];
  if (options.all) for await (const letter of everyLetter(letters, selection)) single.push(letter);
  printJson({ ...summary, lanes, ...(options.all ? { letters: single } : {}) });
}

function namesOf({ connections }: ServerStatus, only: string | undefined): string[] {
  return connections.map(({ name }) => name).filter((name) => only === undefined || name === only);
}

const NEXT_STEPS =
  'stagepost failures --all lists each dead letter. stagepost replay and stagepost discard take ids, --reason, --deal\n' +
  'or --since. stagepost trace DEAL shows the whole history of a deal.';

async function* everyLetter(letters: DeadLetters, selection: SelectionQuery): AsyncGenerator<DeadLetter> {
  for (let above = 0; ; ) {
    const page = await letters.list(selection, above, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    above = page.at(-1)!.id;
  }
}
