import type { Command } from 'commander';
import { withPublicUrlOption } from '../options/public-url.ts';
import {
  withAddressOptions,
  withConfigOption,
  withDataOption,
  withTrustProxyOption,
} from '../options/server-options.ts';
import type { ServeOptions } from './serve.ts';

export function addServeCommand(program: Command): void {
  const command = withDataOption(withConfigOption(program.command('serve')));
  withPublicUrlOption(withTrustProxyOption(withAddressOptions(command)))
    .description('run Stagepost: receive webhooks and deliver, until it is stopped')
    .action(async (options: ServeOptions) => (await import('./serve.ts')).serve(options));
}
