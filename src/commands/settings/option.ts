import type { Command } from 'commander';

/**
 * For the help and the check of the command line. The files are read before it, by `applySettings`. Node 24 takes the option
 * for its own as well, also behind the script: a file that does not exist ends the process with Node's words and exit code 9.
 */
export function withEnvFileOption(program: Command): Command {
  return program
    .configureHelp({ showGlobalOptions: true })
    .option(
      '--env-file <file>',
      'read settings and secrets from this file, too; repeatable (env: STAGEPOST_ENV_FILE; default: stagepost.env next to the configuration)',
      (file: string, before: string[] = []) => [...before, file],
    );
}
