import type { Command } from 'commander';
import { type SelectionOptions, withSelectionOptions } from '../options/selection.ts';

export function addFailuresCommand(program: Command): void {
  withSelectionOptions(program.command('failures'))
    .description(
      'list the dead letters (actions that failed for good) by cause, with who must act and what to do',
    )
    .option('--all', 'list each dead letter as well')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (options: SelectionOptions) => (await import('./failures.ts')).failures(options));
}

const HELP = `
Reads from the running Stagepost, or from its database when none runs. Times are UTC.

Examples:
  $ stagepost failures                        the causes, the most urgent first
  $ stagepost failures --all --since 1d       each dead letter of the last day, with its id`;
