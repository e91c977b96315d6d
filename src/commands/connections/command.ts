import type { Command } from 'commander';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { ConnectionsExportOptions } from './export.ts';
import type { ConnectionsImportOptions } from './import.ts';
import type { ManageOptions } from './manage.ts';

export function addConnectionsCommand(program: Command): void {
  const connections = program
    .command('connections')
    .description('keep connections in the database instead of stagepost.yaml');

  withDataOption(withConfigOption(connections.command('list', { isDefault: true })))
    .description('list the connections in the database')
    .option('--json', 'print JSON')
    .action(async (options: ManageOptions & { json?: boolean }) =>
      (await import('./manage.ts')).connectionsList(options),
    );

  withDataOption(withConfigOption(connections.command('import')))
    .description('copy connections of stagepost.yaml, with their rules and secrets, into the database')
    .option('--connection <name>', 'only this connection')
    .addHelpText('after', IMPORT_HELP)
    .action(async (options: ConnectionsImportOptions) =>
      (await import('./import.ts')).connectionsImport(options),
    );

  withDataOption(withConfigOption(connections.command('export <name>')))
    .description('write a connection of the database as stagepost.yaml and stagepost.env')
    .requiredOption('--to <folder>', 'where the two files are written')
    .addHelpText('after', EXPORT_HELP)
    .action(async (name: string, options: ConnectionsExportOptions) =>
      (await import('./export.ts')).connectionsExport(name, options),
    );

  withDataOption(withConfigOption(connections.command('pause <name>')))
    .description('store the webhooks of a connection, and do nothing else until it is resumed')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: ManageOptions) =>
      (await import('./manage.ts')).connectionsPause(name, options),
    );

  withDataOption(withConfigOption(connections.command('resume <name>')))
    .description('let a paused connection go on where it stopped')
    .action(async (name: string, options: ManageOptions) =>
      (await import('./manage.ts')).connectionsResume(name, options),
    );

  withDataOption(withConfigOption(connections.command('remove <name>')))
    .description('remove a connection from the database')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', REMOVE_HELP)
    .action(async (name: string, options: ManageOptions) =>
      (await import('./manage.ts')).connectionsRemove(name, options),
    );
}

const IMPORT_HELP = `
The secrets are stored encrypted. A running Stagepost on PostgreSQL takes a connection over at once; with the embedded database,
stop it first. A connection that is still in its stagepost.yaml runs as that file says until it is removed there.

Examples:
  stagepost connections import
  stagepost connections import --config other.yaml --connection beta`;

const EXPORT_HELP = `
The rules are in stagepost.yaml with their comments, the tokens and keys in stagepost.env, which only you can read. stagepost serve
--config FOLDER/stagepost.yaml runs them as they are, and stagepost connections import brings them back into a database.

Example:
  stagepost connections export beta --to beta-files`;

const REMOVE_HELP = `
Its history stays in the database. Webhooks for it are answered with 404 from then on: remove them in Kommo and Customer.io.

Example:
  stagepost connections remove beta`;
