import type { Command } from 'commander';
import { idList, withSelectionOptions } from '../options/selection.ts';
import type { ReplayOptions } from './replay.ts';

export function addReplayCommand(program: Command): void {
  withSelectionOptions(
    program.command('replay').argument('[ids...]', 'as stagepost failures shows them', idList),
  )
    .description('deliver dead letters again, after their cause is fixed')
    .option('--all', 'every dead letter')
    .option('--dry-run', 'only show what would be done')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (ids: number[] | undefined, options: ReplayOptions) =>
      (await import('./replay.ts')).replay(ids ?? [], options),
    );
}

const HELP = `
Shows the plan first, and asks. Nothing that was delivered is delivered twice: an event keeps its id, and a note whose
first try got no answer is looked for in Kommo before it is written. Actions that depend on each other are replayed
together. Ctrl-C stops after the current chunk; the same command again continues.

Exit code: 0 all delivered, 1 some were not or nothing matches, 2 wrong usage.

Examples:
  $ stagepost replay 812 813                  these two
  $ stagepost replay --reason "does not exist" --dry-run
  $ stagepost replay --all --since 2d --yes   all that failed in the last two days, without asking`;
