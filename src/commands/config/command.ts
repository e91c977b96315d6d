import type { Command } from 'commander';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { ConfigApplyOptions } from './apply.ts';
import type { ConfigCheckOptions } from './check.ts';
import type { ConfigExportOptions } from './export.ts';

export function addConfigCommand(program: Command): void {
  const config = program
    .command('config')
    .description('check the configuration, and move rules between the console and files');

  withDataOption(withConfigOption(config.command('check')))
    .description('check the configuration file, and the connections in the database, without calling anybody')
    .option('--json', 'print JSON')
    .addHelpText('after', CHECK_HELP)
    .action(async (options: ConfigCheckOptions) => (await import('./check.ts')).configCheck(options));

  withDataOption(withConfigOption(config.command('export')))
    .description("write a connection's rules to a file")
    .option('--connection <name>', 'which connection; not needed where there is only one')
    .option('--out <file>', 'the file; default: the standard output')
    .addHelpText('after', EXPORT_HELP)
    .action(async (options: ConfigExportOptions) => (await import('./export.ts')).configExport(options));

  withDataOption(withConfigOption(config.command('apply <file>')))
    .description('publish the rules in a file as a new version')
    .option('--connection <name>', 'which connection; not needed where there is only one')
    .option('--dry-run', 'only show what would change')
    .option('--note <text>', 'the reason, which the list of versions shows')
    .option(
      '--accept-different-cases',
      'publish although test cases do not come out as expected; needs --note',
    )
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', APPLY_HELP)
    .action(async (file: string, options: ConfigApplyOptions) =>
      (await import('./apply.ts')).configApply(file, options),
    );
}

const CHECK_HELP = `
Connections in the database are decrypted and checked with their rules. The database is only read: it is never created or migrated.
Whether the names of pipelines, stages and fields exist in Kommo is checked by stagepost doctor.
Exit code: 0 the configuration is valid (warnings are allowed), 2 it is not.

Examples:
  stagepost config check
  stagepost config check --config /etc/stagepost.yaml --json`;

const EXPORT_HELP = `
Rules that the console keeps are written byte for byte as they were published. For a connection whose rules are in
stagepost.yaml, that part of the file is written. stagepost config apply takes either.

Examples:
  stagepost config export --connection acme --out acme-rules.yaml
  stagepost config export | diff acme-rules.yaml -`;

const APPLY_HELP = `
FILE holds only rules (person, stages, reactions, inactivity, skip_moves_after, wait_for_contact), or is a whole stagepost.yaml, of which
the connection's rules are taken. The command shows what changes, asks, and publishes a new version, which is active at
once. While the connection's rules are still in stagepost.yaml, those stay active until the file says "rules: console".

Examples:
  stagepost config apply acme-rules.yaml --connection acme --dry-run
  stagepost config apply stagepost.yaml --connection acme --note "moved to the console"`;
