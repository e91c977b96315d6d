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
  /** The mean time from one move to another database to the next, in s; 0: none. */
  moveEverySeconds: number;
  /** The same for restores of a backup that is some seconds old. */
  restoreEverySeconds: number;
  /** The mean time from one run of the retention job to the next, with events that are kept for half a minute, in s; 0: none. */
  retentionEverySeconds: number;
  /** Whether backfills run one after the other, over clients from before the first start. */
  backfill: boolean;
  /** Whether managers say in Kommo who wants email, too, and clients switch topics. */
  twoWay: boolean;
  /** Whether a manager may take an opt-out back. */
  optInFromCrm: boolean;
}

const HELP = `Runs Stagepost between both simulators under load, faults and kill -9, and compares what arrived
with what an oracle expects. The exit code is 0 only if nothing was lost, doubled, out of order or too fast.

  npm run torture -- [options]

  --minutes N             how long (default 1)
  --seed N                the same seed decides the same (default: a new one, printed)
  --database KIND         embedded (default) or postgres (a real server from npm, started for the run)
  --processes N           processes on one database (default 1 embedded, 2 postgres)
  --kill-every SECONDS    mean time between kills (default 5)
  --load N                changes and mailbox actions a second (default 3)
  --move-every SECONDS    moves the data between the embedded database and PostgreSQL, and kills half of the moves
  --restore-every SECONDS restores backups that are some seconds old, with Customer.io's App API
  --retention-every SECONDS
                          deletes what is over after half a minute, and empties its contents, beside the load
  --backfill              600 clients from before the first start come by backfills, which run all the time
  --two-way               managers opt clients out and back in in Kommo, and clients switch topics
  --opt-in-from-crm       the option under which a manager's opt-in counts, where nothing contradicts it`;

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
      load: { type: 'string', default: '3' },
      'move-every': { type: 'string' },
      'restore-every': { type: 'string' },
      'retention-every': { type: 'string' },
      backfill: { type: 'boolean', default: false },
      'two-way': { type: 'boolean', default: false },
      'opt-in-from-crm': { type: 'boolean', default: false },
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
  if (values['move-every'] !== undefined && processes !== 1)
    throw new Error('--move-every takes one process, since the embedded database does. Add --processes 1.');
  if (database === 'embedded' && processes !== 1)
    throw new Error('The embedded database takes one process. Use --database postgres for more.');
  return {
    minutes: positive('minutes', values.minutes),
    seed: positive('seed', values.seed ?? String(1 + (Date.now() % 1_000_000))),
    database,
    processes,
    killEverySeconds: positive('kill-every', values['kill-every']),
    load: positive('load', values.load),
    moveEverySeconds: positiveOrNone('move-every', values['move-every']),
    restoreEverySeconds: positiveOrNone('restore-every', values['restore-every']),
    retentionEverySeconds: positiveOrNone('retention-every', values['retention-every']),
    backfill: values.backfill,
    twoWay: values['two-way'],
    optInFromCrm: values['opt-in-from-crm'],
  };
}

function positiveOrNone(name: string, text: string | undefined): number {
  return text === undefined ? 0 : positive(name, text);
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0)
    throw new Error(`--${name} must be a number above 0, not "${text}".`);
  return number;
}
