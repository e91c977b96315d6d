import { setImmediate } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { DurableFs } from './durable-fs.ts';
import { isKnownVersion } from './pglite-internals/known-version.ts';
import { guardAgainstPanic } from './pglite-internals/panic-guard.ts';
import { SmallParserPGlite } from './pglite-internals/parser-compilation.ts';
import { prepareStatements } from './pglite-internals/prepared-statements.ts';

const START_PARAMS = [
  // `-F` would be: no fsync.
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  // PostgreSQL writes to its default of 128 MB at the start, so all of it would count. The system's cache holds the files.
  '-c',
  'shared_buffers=32MB',
  // A prepared statement is planned each time: a plan for a table that was small would stay as it is while it grows.
  '-c',
  'plan_cache_mode=force_custom_plan',
];

export interface EmbeddedOptions {
  /** Called once, when the database cannot be used in this process any more. */
  onBroken?: ((error: Error) => void) | undefined;
  /** What of pglite-internals/ is used. Default: all with the version of PGlite that it was written for, else nothing. */
  tuning?: Tuning;
}

export interface Tuning {
  smallParser: boolean;
  preparedStatements: boolean;
  panicGuard: boolean;
}

export const FULL_TUNING: Tuning = { smallParser: true, preparedStatements: true, panicGuard: true };
const NO_TUNING: Tuning = { smallParser: false, preparedStatements: false, panicGuard: false };

/**
 * Opens the embedded database in `folder`, which `createFolder` has made. A commit on disk is power safe: one fsync of
 * the write-ahead log each.
 */
export async function openEmbedded(folder: string, options: EmbeddedOptions = {}): Promise<PGlite> {
  const { onBroken = () => {}, tuning = isKnownVersion() ? FULL_TUNING : NO_TUNING } = options;
  const Database = tuning.smallParser ? SmallParserPGlite : PGlite;
  const pglite = new Database({ fs: new DurableFs(folder), startParams: START_PARAMS });
  await pglite.waitReady;
  const send = pglite.execProtocolStream.bind(pglite);
  pglite.execProtocolStream = yieldAfterStatements(
    tuning.preparedStatements ? prepareStatements(send) : send,
  );
  return tuning.panicGuard ? guardAgainstPanic(pglite, onBroken) : pglite;
}

/** The first bytes of the protocol's messages that end a statement: Sync, and the simple Query. */
const ENDS = [0x53, 0x51];

/**
 * Ends the event loop's turn with each statement. All that PGlite does is done in the turn in which it is asked, and a
 * planning's statements would be one long turn: Node takes one new connection a turn, and one that comes meanwhile
 * waits for 192 others, seconds.
 */
function yieldAfterStatements(send: PGlite['execProtocolStream']): PGlite['execProtocolStream'] {
  return async (message, options) => {
    const answer = await send(message, options);
    if (ENDS.includes(message[0]!)) await setImmediate();
    return answer;
  };
}
