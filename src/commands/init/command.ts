import { type Command, Option } from 'commander';
import { withDatabaseOverrideOptions } from '../options/database-overrides.ts';
import { withPublicUrlOption } from '../options/public-url.ts';
import { withAddressOptions, withConfigOption, withDataOption } from '../options/server-options.ts';
import type { InitOptions } from './init.ts';

export function addInitCommand(program: Command): void {
  const command = withDataOption(withConfigOption(program.command('init')));
  withDatabaseOverrideOptions(withPublicUrlOption(withAddressOptions(command)))
    .description('make a connection: ask for both accounts, check every answer, and set both sides up')
    .option('--name <name>', 'the name of the connection; default: that of the Kommo account')
    .addOption(new Option('--kommo-url <url>', 'the address of the Kommo account').env('KOMMO_URL'))
    .option('--kommo-token-file <file>', 'a file with the long-lived token of Kommo; or KOMMO_TOKEN')
    .addOption(new Option('--site-id <id>', 'the Site ID of Customer.io').env('CUSTOMERIO_SITE_ID'))
    .option('--api-key-file <file>', 'a file with the Track API key; or CUSTOMERIO_API_KEY')
    .option('--app-key-file <file>', 'a file with the App API key; or CUSTOMERIO_APP_KEY')
    .option('--signing-key-file <file>', 'a file with the signing key; or CUSTOMERIO_SIGNING_KEY')
    .option(
      '--service-account-file <file>',
      'a file with a service account token, to read the signing key once',
    )
    .option('--recipe <id>', 'a recipe, instead of the suggested ones; may be repeated', collect)
    .option('--choose <recipe.input=value>', 'a choice of a recipe; may be repeated', collect)
    .option('-y, --yes', 'do not ask: take what is suggested, and finish')
    .addHelpText('after', HELP)
    .action(async (options: InitOptions) => (await import('./init.ts')).init(options));
}

const collect = (value: string, all: string[] = []) => [...all, value];

const HELP = `
The same as the wizard in the console, with the same answers: what was begun in one can be finished in the other. Where a Stagepost
runs on the data folder, it does the work; else one runs for as long as this command. Nothing that is answered is shown again,
and nothing runs before the last step.

Examples:
  stagepost init
  stagepost init --name acme --kommo-url acme.kommo.com --kommo-token-file token.txt --yes
  stagepost init --recipe onboarding --choose "onboarding.stage=Sales/Closed - won"`;
