import type { Command } from 'commander';
import { withPublicUrlOption } from '../options/public-url.ts';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { SignInLinkOptions } from './sign-in-link.ts';

export function addSignInLinkCommand(program: Command): void {
  withPublicUrlOption(withDataOption(withConfigOption(program.command('sign-in-link <name>'))))
    .description(
      'print a one-time link to the console, for somebody who has forgotten the password and has no admin to ask',
    )
    .action(async (name: string, options: SignInLinkOptions) =>
      (await import('./sign-in-link.ts')).signInLink(name, options),
    );
}
