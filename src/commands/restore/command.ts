import type { Command } from 'commander';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { RestoreCommandOptions } from './restore.ts';

export function addRestoreCommand(program: Command): void {
  withDataOption(withConfigOption(program.command('restore')))
    .argument('<file>', 'a file that stagepost backup has written')
    .description('write a backup into an empty data folder, or into an empty PostgreSQL database')
    .option(
      '--plan',
      'only check the file, show what would be done, and ask Kommo for the stage changes since then',
    )
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (file: string, options: RestoreCommandOptions) =>
      (await import('./restore.ts')).restoreBackup(file, options),
    );
}

const HELP = `
Restores into the folder of --data, or into the database of DATABASE_URL. Nothing is overwritten: a target with data is refused.
Backups of either kind of database can be restored into either kind.

Exit code: 0 restored, 1 it was not, 2 wrong usage.

Examples:
  $ stagepost restore stagepost-2026-11-30T02-00-00Z.backup --plan
  $ mv data data.broken
  $ stagepost restore stagepost-2026-11-30T02-00-00Z.backup
  $ stagepost serve`;
