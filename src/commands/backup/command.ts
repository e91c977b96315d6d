import type { Command } from 'commander';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { BackupCommandOptions } from './backup.ts';

export function addBackupCommand(program: Command): void {
  withDataOption(withConfigOption(program.command('backup')))
    .argument('[file]', 'the file to write; default: stagepost-TIME.backup in this folder')
    .description('write all data into one file, also while Stagepost runs')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: BackupCommandOptions) =>
      (await import('./backup.ts')).backup(file, options),
    );
}

const HELP = `
Backs up the embedded database in the data folder, or the PostgreSQL database of DATABASE_URL. The running Stagepost is not
stopped. For a while the data folder's disk needs as much free space as the database has.

The file holds personal data and password hashes, and only this user can read it. The configuration and the environment file
are not in it.

Examples:
  $ stagepost backup
  $ stagepost backup /mnt/backups/stagepost-$(date +%F).backup --data /var/lib/stagepost`;
