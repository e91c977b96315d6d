import { Command } from 'commander';
import pc from 'picocolors';
import { CONFIG_CHECK_HELP, type ConfigCheckOptions } from './commands/config-check.ts';
import type { DemoOptions } from './commands/demo.ts';
import { type DoctorOptions, withDoctor } from './commands/doctor-options.ts';
import { CommandError, EXIT } from './commands/exit.ts';
import { withAddress, withConfig, withData } from './commands/options.ts';
import type { ServeOptions } from './commands/serve.ts';
import type { TraceOptions } from './commands/trace.ts';

// Each command's code is loaded when it runs: `--help` needs no database and the demo's simulators
// never come into a server.

const program = new Command('stagepost')
  .description('Joins a sales pipeline in Kommo to the emails of Customer.io, both ways.')
  .version('0.1.0')
  .showHelpAfterError('Run stagepost --help to see what there is.')
  .addHelpText(
    'after',
    `
Examples:
  $ stagepost demo                    see it work, without any account
  $ stagepost doctor --fix            check both accounts and mend what can be mended
  $ stagepost serve                   run it
  $ stagepost trace ann@acme.com      why did she get this email, or why not?

Exit codes: 0 done, 1 it did not work out, 2 wrong usage or configuration.`,
  )
  .exitOverride();

withAddress(withData(withConfig(program.command('serve'))))
  .description('run Stagepost: take webhooks and deliver, until it is stopped')
  .action(async (options: ServeOptions) => (await import('./commands/serve.ts')).serve(options));

withDoctor(withData(withConfig(program.command('doctor')))).action(async (options: DoctorOptions) =>
  (await import('./commands/doctor.ts')).doctor(options),
);

withConfig(program.command('config').description('look at the configuration').command('check'))
  .description('check the configuration alone, without any call')
  .option('--json', 'for scripts')
  .addHelpText('after', CONFIG_CHECK_HELP)
  .action(async (options: ConfigCheckOptions) =>
    (await import('./commands/config-check.ts')).configCheck(options),
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
    (await import('./commands/trace.ts')).traceCommand(query, options),
  );

withAddress(program.command('demo'))
  .description('show everything at work between two simulated sides, on this machine only')
  .option('--once', 'end after the story; the exit code is 0 only if every step was seen')
  .action(async (options: DemoOptions) => (await import('./commands/demo.ts')).demo(options));

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
