import type { Command } from 'commander';
import { withConfigOption, withDataOption } from '../options/server-options.ts';
import type { TraceOptions } from './trace.ts';

export function addTraceCommand(program: Command): void {
  withDataOption(withConfigOption(program.command('trace <deal-or-email>')))
    .description('show what happened to a deal or a person and why, or why nothing happened')
    .option('--connection <name>', 'only this connection')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (query: string, options: TraceOptions) =>
      (await import('./trace.ts')).trace(query, options),
    );
}

const HELP = `
Reads from the running Stagepost, or from its database when none runs. Exit code 1 when nothing is stored about the deal
or the person.

Examples:
  $ stagepost trace 30267969          a deal, by the number in the address of its page
  $ stagepost trace ann@acme.com      a person, by email
  $ stagepost trace "Ann Lee"         a client or a deal, by name`;
