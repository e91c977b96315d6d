import type { Command } from 'commander';
import { withPublicUrlOption } from '../options/public-url.ts';
import { withConfigOption } from '../options/server-options.ts';
import type { AlertsTestOptions } from './test.ts';

export function addAlertsCommand(program: Command): void {
  const alerts = program.command('alerts').description('try the receivers of alerts');
  withPublicUrlOption(withConfigOption(alerts.command('test [receiver]')))
    .description('send a test to a receiver of stagepost.yaml, or to all of them')
    .addHelpText('after', TEST_HELP)
    .action(async (receiver: string | undefined, options: AlertsTestOptions) =>
      (await import('./test.ts')).alertsTest(receiver, options),
    );
}

const TEST_HELP = `
The messages are sent by this command itself, so no server needs to run. Exit code: 0 every receiver has accepted its
message, 1 one of them has not.

Examples:
  stagepost alerts test
  stagepost alerts test team`;
