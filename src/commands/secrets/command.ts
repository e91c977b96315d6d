import type { Command } from 'commander';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { SecretsRotateOptions } from './rotate.ts';

export function addSecretsCommand(program: Command): void {
  const secrets = program.command('secrets').description('the encryption of the secrets in the database');
  withDataOption(withConfigOption(secrets.command('rotate')))
    .description('encrypt all stored secrets with a new key')
    .addHelpText('after', ROTATE_HELP)
    .action(async (options: SecretsRotateOptions) => (await import('./rotate.ts')).secretsRotate(options));
}

const ROTATE_HELP = `
Without STAGEPOST_SECRET_KEY the key is in the file secret.key of the data folder: a new one is made, and the old one is removed
once nothing needs it. With the variable, set it to the new key and the old one first, separated by a comma, on every machine:
  STAGEPOST_SECRET_KEY=NEW,OLD
and remove the old one when this command has ended. An interrupted rotation goes on when the command is run again.

Example:
  stagepost secrets rotate`;
