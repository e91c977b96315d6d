import { type Command, Option } from 'commander';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { MoveCommandOptions } from './move.ts';

export function addMoveCommand(program: Command): void {
  withDataOption(withConfigOption(program.command('move')))
    .addOption(
      new Option('--to <place>', 'an empty PostgreSQL database (postgres://…) or a folder')
        .env('STAGEPOST_MOVE_TO')
        .makeOptionMandatory(),
    )
    .description('move all data from the embedded database to PostgreSQL, or back; Stagepost must be stopped')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (options: MoveCommandOptions) => (await import('./move.ts')).moveData(options));
}

const HELP = `
Moves from the folder of --data, or from the database of DATABASE_URL. Everything goes along: users, rules, timers, the queue,
history. The target must be empty. The old database is not changed until all is written and compared; then it is marked, so
that no start uses it by mistake. If the command is interrupted, run it again.

Put the URL into STAGEPOST_MOVE_TO instead of --to where others could see the command line.

Exit code: 0 moved, 1 nothing was changed, 2 wrong usage.

Examples:
  $ stagepost move --to postgres://stagepost:PASSWORD@db:5432/stagepost
  $ DATABASE_URL=postgres://stagepost:PASSWORD@db:5432/stagepost stagepost move --to ./data`;
