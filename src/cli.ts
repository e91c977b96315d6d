import { inspect } from 'node:util';
import { Command } from 'commander';
import { addAlertsCommand } from './commands/alerts/command.ts';
import { addBackfillCommand } from './commands/backfill/command.ts';
import { addBackupCommand } from './commands/backup/command.ts';
import { addConfigCommand } from './commands/config/command.ts';
import { addConnectionsCommand } from './commands/connections/command.ts';
import { addDemoCommand } from './commands/demo/command.ts';
import { addDiscardCommand } from './commands/discard/command.ts';
import { addDoctorCommand } from './commands/doctor/command.ts';
import { addFailuresCommand } from './commands/failures/command.ts';
import { addHeldCommand } from './commands/held/command.ts';
import { addInitCommand } from './commands/init/command.ts';
import { addMoveCommand } from './commands/move/command.ts';
import { addReplayCommand } from './commands/replay/command.ts';
import { addRestoreCommand } from './commands/restore/command.ts';
import { addSecretsCommand } from './commands/secrets/command.ts';
import { addServeCommand } from './commands/serve/command.ts';
import { setCurrentSettings } from './commands/settings/current.ts';
import { withEnvFileOption } from './commands/settings/option.ts';
import { applySettings } from './commands/settings/settings.ts';
import { addSignInLinkCommand } from './commands/sign-in-link/command.ts';
import { addSimulateCommand } from './commands/simulate/command.ts';
import { colors } from './commands/terminal/colors.ts';
import { CommandError, EXIT } from './commands/terminal/exit.ts';
import { printError, write } from './commands/terminal/output.ts';
import { addTraceCommand } from './commands/trace/command.ts';
import { VERSION } from './version.ts';

// Whatever a command or a process that it starts writes (the database, its lock, backups of it) is for this user only.
process.umask(0o077);

/*
 * Each command.ts declares a command, and loads its code when the command runs: `--help` needs no database, and a server
 * never loads the simulators.
 */

const EXAMPLES = `
Examples:
  $ stagepost demo                    see it work, without any account
  $ stagepost init                    connect both accounts, step by step
  $ stagepost doctor --fix            check both accounts, and fix what can be fixed automatically
  $ stagepost serve                   run it
  $ stagepost trace ann@acme.com      why did she get this email, or why not?
  $ stagepost failures                what failed for good, who must act, and what to do

Exit codes: 0 success, 1 the command did not succeed, 2 wrong usage or configuration.`;

// A reader such as `head` may end before the output does; what it does not read is not an error of the command.
for (const output of [process.stdout, process.stderr])
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const program = new Command('stagepost')
  .description(
    'Starts Customer.io campaigns from a Kommo pipeline, and shows in Kommo who opened and clicked.',
  )
  .version(VERSION)
  .showHelpAfterError('Run stagepost --help for the list of commands.')
  .addHelpText('after', EXAMPLES)
  .exitOverride()
  .configureOutput({
    writeOut: (text) => write(process.stdout, text),
    writeErr: (text) => write(process.stderr, text),
  });

withEnvFileOption(program);
addServeCommand(program);
addInitCommand(program);
addDoctorCommand(program);
addConfigCommand(program);
addTraceCommand(program);
addFailuresCommand(program);
addReplayCommand(program);
addDiscardCommand(program);
addHeldCommand(program);
addBackfillCommand(program);
addAlertsCommand(program);
addBackupCommand(program);
addRestoreCommand(program);
addMoveCommand(program);
addConnectionsCommand(program);
addSecretsCommand(program);
addSignInLinkCommand(program);
addDemoCommand(program);
addSimulateCommand(program);

try {
  readSettings();
  await program.parseAsync();
} catch (error) {
  process.exitCode = explainFailure(error);
}

/** Before the command line is read, since variables are the defaults of options. A wrong file must not stop `--help`. */
function readSettings(): void {
  try {
    const settings = applySettings(process.argv.slice(2), process.env);
    setCurrentSettings(settings);
    program.hook('preAction', () => {
      for (const warning of settings.warnings) printError(colors.yellow(warning));
    });
  } catch (error) {
    program.hook('preAction', () => {
      throw error;
    });
  }
}

/** Prints why a command ended. @returns the exit code */
function explainFailure(error: unknown): number {
  if (error instanceof CommandError) {
    printError(colors.red(error.message));
    return error.exitCode;
  }
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  // Commander has printed its own message already: a wrong option, or the help.
  if (code?.startsWith('commander.')) return exitCode === 0 ? EXIT.ok : EXIT.usage;
  printError(colors.red(`Stagepost failed: ${error instanceof Error ? error.message : String(error)}`));
  if (process.env.STAGEPOST_LOG === 'debug') printError(inspect(error));
  return EXIT.failed;
}
