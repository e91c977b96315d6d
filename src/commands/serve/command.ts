import type { Command } from 'commander';
import { withDatabaseOverrideOptions } from '../options/database-overrides.ts';
import { withPublicUrlOption } from '../options/public-url.ts';
import {
  withAddressOptions,
  withAllowedHostsOption,
  withConfigOption,
  withDataOption,
  withTrustProxyOption,
} from '../options/server-options.ts';
import { isSupervised, withSuperviseOptions } from '../options/supervise.ts';
import type { ServeOptions } from './serve.ts';
import type { SuperviseOptions } from './supervise.ts';

interface Options extends ServeOptions, SuperviseOptions {
  supervise?: boolean;
}

const withAddress = (command: Command) =>
  withAllowedHostsOption(withPublicUrlOption(withTrustProxyOption(withAddressOptions(command))));

export function addServeCommand(program: Command): void {
  const command = withDataOption(withConfigOption(program.command('serve')));
  withDatabaseOverrideOptions(withSuperviseOptions(withAddress(command)))
    .description('run Stagepost: receive webhooks and deliver, until it is stopped')
    .action(async (options: Options) => {
      if (isSupervised(options.supervise)) await (await import('./supervise.ts')).supervise(options);
      else await (await import('./serve.ts')).serve(options);
    });
}
