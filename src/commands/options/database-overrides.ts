import { type Command, Option } from 'commander';
import type { DatabaseOverride } from '../../store/database/identity/decide.ts';
import { isSet } from './flags.ts';

/** The options with which an operator accepts that the database is not the one that was used last. */
export interface DatabaseOverrideOptions {
  startEmpty?: boolean;
  acceptOtherDatabase?: boolean;
  acceptOlderDatabase?: boolean;
}

export function withDatabaseOverrideOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--start-empty', 'start on purpose with an empty database where another one was used last'),
    )
    .addOption(
      new Option(
        '--accept-other-database',
        'start on purpose with a database that was not used last and has data',
      ),
    )
    .addOption(
      new Option(
        '--accept-older-database',
        'start on purpose with an older state of the database, such as a backup',
      ),
    );
}

export function databaseOverrides(
  options: DatabaseOverrideOptions,
  env: NodeJS.ProcessEnv = process.env,
): DatabaseOverride[] {
  const given: Record<DatabaseOverride, boolean> = {
    'start-empty': isSet(options.startEmpty, env.STAGEPOST_START_EMPTY),
    'accept-other-database': isSet(options.acceptOtherDatabase, env.STAGEPOST_ACCEPT_OTHER_DATABASE),
    'accept-older-database': isSet(options.acceptOlderDatabase, env.STAGEPOST_ACCEPT_OLDER_DATABASE),
  };
  return (Object.keys(given) as DatabaseOverride[]).filter((override) => given[override]);
}
