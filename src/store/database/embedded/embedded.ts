import { setImmediate } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { DurableFs } from './durable-fs.ts';
import { isKnownVersion } from './pglite-internals/known-version.ts';
import { guardAgainstPanic } from './pglite-internals/panic-guard.ts';
import { SmallParserPGlite } from './pglite-internals/parser-compilation.ts';
import { prepareStatements } from './pglite-internals/prepared-statements.ts';

const START_PARAMS = [
  // `-F` turns fsync off.
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  // PostgreSQL touches all of its default of 128 MB at the start, so all of it would be resident. The system caches files.
  '-c',
  'shared_buffers=32MB',
  // How much of the log is kept for reuse at a checkpoint: see checkpoints.ts, which makes them.
  '-c',
  'min_wal_size=32MB',
  '-c',
  'max_wal_size=64MB',
  // Prepared statements are planned each time: a cached plan for a small table would stay in use while the table grows.
  '-c',
  'plan_cache_mode=force_custom_plan',
];

export interface EmbeddedOptions {
  /** Called once, when the database cannot be used in this process any more. */
  onBroken?: ((error: Error) => void) | undefined;
  /** The parts of pglite-internals/ to use. Default: all for the version of PGlite that they were written for, else none. */
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
 * Opens the embedded database in `folder`, which `createFolder` has created. Each commit does one fsync of the write-ahead
 * log, so committed data survives a power cut.
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

/** The first bytes of the protocol messages that end a statement: Sync, and the simple Query. */
const STATEMENT_ENDS = [0x53, 0x51];

/**
 * Yields to the event loop after each statement. PGlite runs a statement synchronously, so the statements of a planning
 * would run in a single iteration of the loop: Node accepts one new connection an iteration, and with 192 connections
 * waiting to be accepted the last one would wait for seconds.
 */
function yieldAfterStatements(send: PGlite['execProtocolStream']): PGlite['execProtocolStream'] {
  return async (message, options) => {
    const answer = await send(message, options);
    if (STATEMENT_ENDS.includes(message[0]!)) await setImmediate();
    return answer;
  };
}
