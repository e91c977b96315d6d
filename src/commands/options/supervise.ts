import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../lib/duration.ts';
import { isSet } from './flags.ts';

/** For containers, where nothing else starts a process again that hangs. */
export function withSuperviseOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--supervise',
        'run the server in a process of its own, and replace it when it hangs or dies',
      ),
    )
    .addOption(
      new Option(
        '--hang-timeout <duration>',
        'with --supervise: replace a server that has stood still for so long',
      )
        .env('STAGEPOST_HANG_TIMEOUT')
        .default(30, '30s')
        .argParser(seconds),
    )
    .addOption(
      new Option(
        '--start-timeout <duration>',
        'the same while it starts, when migrating its database may block it',
      )
        .env('STAGEPOST_START_TIMEOUT')
        .default(600, '10m')
        .argParser(seconds),
    );
}

export function isSupervised(option: boolean | undefined, env: NodeJS.ProcessEnv = process.env): boolean {
  return isSet(option, env.STAGEPOST_SUPERVISE);
}

function seconds(text: string): number {
  const value = parseDuration(text);
  if (value !== null && value >= 2) return value;
  throw new InvalidArgumentError('Write a duration of at least 2s, such as 30s or 2m.');
}
