import { Command } from 'commander';
import pc from 'picocolors';
import { CONFIG_CHECK_HELP, type ConfigCheckOptions, configCheck } from './commands/config-check.ts';
import { type DemoOptions, demo } from './commands/demo.ts';
import { type DoctorOptions, doctor, withDoctor } from './commands/doctor.ts';
import { CommandError, EXIT } from './commands/exit.ts';
import { withAddress, withConfig, withData } from './commands/options.ts';
import { type ServeOptions, serve } from './commands/serve.ts';
import { type TraceOptions, traceCommand } from './commands/trace.ts';

const program = new Command('stagepost')
  .description('Joins a sales pipeline in Kommo to the emails of Customer.io, both ways.')
  .version('0.1.0')
  .showHelpAfterError('Run stagepost --help to see what there is.')
  .exitOverride();

withAddress(withData(withConfig(program.command('serve'))))
  .description('run Stagepost: take webhooks and deliver, until it is stopped')
  .action((options: ServeOptions) => serve(options));

withAddress(program.command('demo'))
  .description('show everything at work between two simulated sides, on this machine only')
  .option('--once', 'end after the story; the exit code is 0 only if every step was seen')
  .action((options: DemoOptions) => demo(options));

withData(withConfig(program.command('trace <deal-or-email>')))
  .description('what happened to a deal or a person and why, or why nothing did')
  .option('--connection <name>', 'only this connection')
  .option('--json', 'for scripts')
  .action((query: string, options: TraceOptions) => traceCommand(query, options));

withDoctor(withData(withConfig(program.command('doctor')))).action((options: DoctorOptions) =>
  doctor(options),
);

withConfig(program.command('config').description('look at the configuration').command('check'))
  .description('check the configuration alone, without any call')
  .option('--json', 'for scripts')
  .addHelpText('after', CONFIG_CHECK_HELP)
  .action((options: ConfigCheckOptions) => configCheck(options));

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
