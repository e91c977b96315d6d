import type { Command } from 'commander';
import { idList, withSelectionOptions } from '../options/selection.ts';
import type { DiscardOptions } from './discard.ts';

export function addDiscardCommand(program: Command): void {
  withSelectionOptions(
    program.command('discard').argument('[ids...]', 'as stagepost failures shows them', idList),
  )
    .description('give up on dead letters, with a reason')
    .requiredOption('--why <text>', 'the reason, which the trace keeps')
    .option('--all', 'every dead letter')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (ids: number[] | undefined, options: DiscardOptions) =>
      (await import('./discard.ts')).discard(ids ?? [], options),
    );
}

const HELP = `
Actions that depend on a discarded one are discarded too. A discarded action can never be replayed.

Exit code: 0 discarded, 1 nothing matches, 2 wrong usage.

Examples:
  $ stagepost discard --reason "Lead not found" --why "the deals were deleted"`;
