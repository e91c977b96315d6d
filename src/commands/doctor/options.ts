import type { Command } from 'commander';
import { withPublicUrl } from '../common/public-url.ts';

export interface DoctorOptions {
  config: string;
  data: string;
  connection?: string;
  fix?: boolean;
  publicUrl?: string;
  json?: boolean;
}

export function withDoctor(command: Command): Command {
  return withPublicUrl(command)
    .description('check the configuration, the database and both sides, and say what to do')
    .option('--connection <name>', 'check only this connection')
    .option('--fix', 'create missing deal fields in Kommo; with --public-url, register the webhook too')
    .option('--json', 'for scripts: an array of {connection, check, status, message, todo}')
    .addHelpText('after', HELP);
}

const HELP = `
Each line is ✓ well, ! a warning, ✗ a failure or - not checked; below it stands what to do.
Nothing is written to Kommo without --fix, and nothing to Customer.io ever. A missing field is
created as a list with the values that the reactions write (and subscribed, unsubscribed, bounced
and spam, if it is about emails), or as a text field if a reaction writes a Liquid text into it.
Exit code: 0 no failure, 1 a failure, 2 the configuration is wrong.

Examples:
  stagepost doctor
  stagepost doctor --fix --public-url https://stagepost.example.com`;
