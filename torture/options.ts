import { parseArgs } from 'node:util';

export interface TortureOptions {
  /** How long load, faults and kills go on; the settling afterwards comes on top. */
  minutes: number;
  /** Decides about load, faults and kills: the same seed makes the same decisions. */
  seed: number;
  database: 'embedded' | 'postgres';
  /** Processes that share one database and one address. The embedded database takes one. */
  processes: number;
  /** The mean time from one kill to the next, in s. */
  killEverySeconds: number;
  /** Deal changes and mailbox actions a second. */
  load: number;
}

const HELP = `Runs Stagepost between both simulators under load, faults and kill -9, and compares what arrived
with what an oracle expects. The exit code is 0 only if nothing was lost, doubled, out of order or too fast.

  npm run torture -- [options]

  --minutes N             how long (default 1)
  --seed N                the same seed decides the same (default: a new one, printed)
  --database KIND         embedded (default) or postgres (a real server from npm, started for the run)
  --processes N           processes on one database (default 1 embedded, 2 postgres)
  --kill-every SECONDS    mean time between kills (default 5)
  --load N                changes and mailbox actions a second (default 1.5)`;

/** @throws Error with words for what makes no sense. Null: help was asked for and shown. */
export function readOptions(args: string[]): TortureOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string' },
      database: { type: 'string', default: 'embedded' },
      processes: { type: 'string' },
      'kill-every': { type: 'string', default: '5' },
      load: { type: 'string', default: '1.5' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return null;
  }
  const { database } = values;
  if (database !== 'embedded' && database !== 'postgres')
    throw new Error(`--database must be embedded or postgres, not "${database}".`);
  const processes = positive('processes', values.processes ?? (database === 'embedded' ? '1' : '2'));
  if (database === 'embedded' && processes !== 1)
    throw new Error('The embedded database takes one process. Use --database postgres for more.');
  return {
    minutes: positive('minutes', values.minutes),
    seed: positive('seed', values.seed ?? String(1 + (Date.now() % 1_000_000))),
    database,
    processes,
    killEverySeconds: positive('kill-every', values['kill-every']),
    load: positive('load', values.load),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0)
    throw new Error(`--${name} must be a number above 0, not "${text}".`);
  return number;
}
