import { type Command, InvalidArgumentError, Option } from 'commander';

export interface DoctorOptions {
  config: string;
  data: string;
  connection?: string;
  fix?: boolean;
  publicUrl?: string;
  json?: boolean;
}

export function withDoctor(command: Command): Command {
  return command
    .description('check the configuration, the database and both sides, and say what to do')
    .option('--connection <name>', 'check only this connection')
    .option('--fix', 'create missing deal fields in Kommo; with --public-url, register the webhook too')
    .addOption(
      new Option('--public-url <url>', 'where Kommo and Customer.io reach this Stagepost: https://your-host')
        .env('STAGEPOST_PUBLIC_URL')
        .argParser(publicUrl),
    )
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

/** An origin, maybe with a path before ours. @throws InvalidArgumentError */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.username || url.password || url.search || url.hash) {
    throw new InvalidArgumentError('Write an address such as https://stagepost.example.com.');
  }
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) {
    throw new InvalidArgumentError(
      'It must begin with https://, since the webhook address carries a secret.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
