import type { Command } from 'commander';
import { withPublicUrlOption } from '../options/public-url.ts';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { DoctorOptions } from './doctor.ts';

export function addDoctorCommand(program: Command): void {
  withPublicUrlOption(withDataOption(withConfigOption(program.command('doctor'))))
    .description('check the configuration, the database and both accounts, and say how to fix what is wrong')
    .option('--connection <name>', 'check only this connection')
    .option(
      '--fix',
      'create missing deal fields in Kommo; with --public-url, register or correct the webhooks too',
    )
    .option('--json', 'print JSON: an array of {connection, check, status, message, todo}')
    .addHelpText('after', HELP)
    .action(async (options: DoctorOptions) => (await import('./doctor.ts')).doctor(options));
}

const HELP = `
Each line is ✓ ok, ! a warning, ✗ a failure or - not checked. The line below says what to do.
Without --fix nothing is written to either side. With it
Customer.io gets a reporting webhook, and nothing else is changed there. A missing field is created as a list with the values that the reactions write (and subscribed, unsubscribed, bounced and spam, if it is about emails),
or as a text field if a reaction writes a Liquid text into it.
Exit code: 0 no failure, 1 a failure, 2 the configuration is wrong.

Examples:
  stagepost doctor
  stagepost doctor --fix --public-url https://stagepost.example.com`;
