import { Command } from 'commander';
import pc from 'picocolors';
import { CommandError, EXIT } from './commands/common/exit.ts';
import { withAddress, withConfig, withData, withTrustProxy } from './commands/common/options.ts';
import { withPublicUrl } from './commands/common/public-url.ts';
import { CONFIG_CHECK_HELP, type ConfigCheckOptions } from './commands/config/check.ts';
import type { ConfigApplyOptions, ConfigExportOptions } from './commands/config/rules.ts';
import { CONFIG_APPLY_HELP, CONFIG_EXPORT_HELP } from './commands/config/rules-help.ts';
import type { DemoOptions } from './commands/demo/demo.ts';
import { type DoctorOptions, withDoctor } from './commands/doctor/options.ts';
import { DISCARD_HELP, FAILURES_HELP, REPLAY_HELP } from './commands/failures/help.ts';
import {
  type DiscardOptions,
  type FailuresOptions,
  idList,
  type ReplayOptions,
  withSelection,
} from './commands/failures/options.ts';
import type { ServeOptions } from './commands/serve/serve.ts';
import type { SignInLinkOptions } from './commands/serve/sign-in-link.ts';
import type { TraceOptions } from './commands/trace/trace.ts';
import { VERSION } from './version.ts';

// Each command's code is loaded when it runs: `--help` needs no database and the demo's simulators
// never come into a server.

const program = new Command('stagepost')
  .description('Joins a sales pipeline in Kommo to the emails of Customer.io, both ways.')
  .version(VERSION)
  .showHelpAfterError('Run stagepost --help to see what there is.')
  .addHelpText(
    'after',
    `
Examples:
  $ stagepost demo                    see it work, without any account
  $ stagepost doctor --fix            check both accounts and mend what can be mended
  $ stagepost serve                   run it
  $ stagepost trace ann@acme.com      why did she get this email, or why not?
  $ stagepost failures                what was refused, who must act, what to do

Exit codes: 0 done, 1 it did not work out, 2 wrong usage or configuration.`,
  )
  .exitOverride();

withPublicUrl(withTrustProxy(withAddress(withData(withConfig(program.command('serve'))))))
  .description('run Stagepost: take webhooks and deliver, until it is stopped')
  .action(async (options: ServeOptions) => (await import('./commands/serve/serve.ts')).serve(options));

withDoctor(withData(withConfig(program.command('doctor')))).action(async (options: DoctorOptions) =>
  (await import('./commands/doctor/doctor.ts')).doctor(options),
);

const config = program
  .command('config')
  .description('look at the configuration, and bring rules to files and back');

withConfig(config.command('check'))
  .description('check the configuration alone, without any call')
  .option('--json', 'for scripts')
  .addHelpText('after', CONFIG_CHECK_HELP)
  .action(async (options: ConfigCheckOptions) =>
    (await import('./commands/config/check.ts')).configCheck(options),
  );

withData(withConfig(config.command('export')))
  .description("write a connection's rules as a file")
  .option('--connection <name>', 'which one; may be left out where there is only one')
  .option('--out <file>', 'where to; else to the standard output')
  .addHelpText('after', CONFIG_EXPORT_HELP)
  .action(async (options: ConfigExportOptions) =>
    (await import('./commands/config/rules.ts')).configExport(options),
  );

withData(withConfig(config.command('apply <file>')))
  .description('publish the rules of a file as a new version')
  .option('--connection <name>', 'whose; may be left out where there is only one')
  .option('--dry-run', 'only show what would change')
  .option('--note <text>', 'why; the list of versions keeps it')
  .option('-y, --yes', 'do not ask')
  .addHelpText('after', CONFIG_APPLY_HELP)
  .action(async (file: string, options: ConfigApplyOptions) =>
    (await import('./commands/config/rules.ts')).configApply(file, options),
  );

withData(withConfig(program.command('trace <deal-or-email>')))
  .description('what happened to a deal or a person and why, or why nothing did')
  .option('--connection <name>', 'only this connection')
  .option('--json', 'for scripts')
  .addHelpText(
    'after',
    `
Asks the running Stagepost, or reads its database where none runs. The exit code is 1 where nothing is known.

Examples:
  $ stagepost trace 30267969          a deal, by the number in its address
  $ stagepost trace ann@acme.com      a person, by email`,
  )
  .action(async (query: string, options: TraceOptions) =>
    (await import('./commands/trace/trace.ts')).traceCommand(query, options),
  );

withSelection(program.command('failures'))
  .description('what was refused for good (dead letters), by cause, with who must act and what to do')
  .option('--all', 'list each one, too')
  .option('--json', 'for scripts')
  .addHelpText('after', FAILURES_HELP)
  .action(async (options: FailuresOptions) =>
    (await import('./commands/failures/failures.ts')).failuresCommand(options),
  );

withSelection(program.command('replay').argument('[ids...]', 'as stagepost failures shows them', idList))
  .description('deliver dead letters again, when their cause is mended')
  .option('--all', 'every dead letter')
  .option('--dry-run', 'only show what would be done')
  .option('-y, --yes', 'do not ask')
  .option('--json', 'for scripts')
  .addHelpText('after', REPLAY_HELP)
  .action(async (ids: number[] | undefined, options: ReplayOptions) =>
    (await import('./commands/failures/replay.ts')).replayCommand(ids ?? [], options),
  );

withSelection(program.command('discard').argument('[ids...]', 'as stagepost failures shows them', idList))
  .description('give dead letters up, with a reason')
  .requiredOption('--why <text>', 'the reason; the trace keeps it')
  .option('--all', 'every dead letter')
  .option('-y, --yes', 'do not ask')
  .option('--json', 'for scripts')
  .addHelpText('after', DISCARD_HELP)
  .action(async (ids: number[] | undefined, options: DiscardOptions) =>
    (await import('./commands/failures/discard.ts')).discardCommand(ids ?? [], options),
  );

withData(program.command('sign-in-link <name>'))
  .description(
    'print a one-time link to the console, for whoever has forgotten the password and has no admin to ask',
  )
  .action(async (name: string, options: SignInLinkOptions) =>
    (await import('./commands/serve/sign-in-link.ts')).signInLink(name, options),
  );

withAddress(program.command('demo'))
  .description('show everything at work between two simulated sides, on this machine only')
  .option('--once', 'end after the story; the exit code is 0 only if every step was seen')
  .action(async (options: DemoOptions) => (await import('./commands/demo/demo.ts')).demo(options));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

/** @returns the exit code. */
function tell(error: unknown): number {
  if (error instanceof CommandError) {
    console.error(pc.red(error.message));
    return error.exitCode;
  }
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  // Commander has already written its message (a wrong option, or the help that was asked for).
  if (code?.startsWith('commander.')) return exitCode === 0 ? EXIT.ok : EXIT.usage;
  console.error(pc.red(`Stagepost failed: ${error instanceof Error ? error.message : String(error)}`));
  if (process.env.STAGEPOST_LOG === 'debug') console.error(error);
  return EXIT.failed;
}
