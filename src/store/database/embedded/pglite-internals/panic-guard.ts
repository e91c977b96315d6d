import type { PGlite } from '@electric-sql/pglite';

/** The embedded database has crashed in this process. Its folder is intact: committed data is there at the next start. */
class DatabaseBroken extends Error {
  constructor(reason: string) {
    super(`The embedded database has crashed (${reason}). It can be used again after a restart.`);
    this.name = 'DatabaseBroken';
  }
}

/** The private parts of PGlite that are replaced or called. */
interface Internals {
  mod: { _PostgresMainLoopOnce(): void };
  POSTGRES_MAIN_LONGJMP: number;
  execProtocolRawSync(message: Uint8Array): Uint8Array;
  execProtocolRawStream(message: Uint8Array, options: StreamOptions): Promise<void>;
}

interface StreamOptions {
  onRawData(bytes: Uint8Array): void;
}

/**
 * On a PANIC (no space for its write-ahead log) PostgreSQL ends its process and starts another one. PGlite has no other
 * process: the next query after a PANIC runs for ever and blocks this thread (seen with 0.5.16). So after a PANIC no query
 * is sent: every query fails at once, and `onBroken` is called once.
 */
export function guardAgainstPanic(pglite: PGlite, onBroken: (error: Error) => void): PGlite {
  const internals = pglite as unknown as Internals;
  const { mod } = internals;
  const runOnce = mod._PostgresMainLoopOnce;
  const exchange = internals.execProtocolRawSync.bind(pglite);
  const exchangeStream = internals.execProtocolRawStream.bind(pglite);
  let ended: string | null = null;
  let lastAnswer = new Uint8Array(0);
  let broken: DatabaseBroken | null = null;

  mod._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      // PGlite swallows all of these. An ordinary error of a statement is a longjmp; anything else is PostgreSQL's exit or
      // a fault of the program.
      if ((error as { status?: number }).status !== internals.POSTGRES_MAIN_LONGJMP) ended ??= String(error);
      throw error;
    }
  };

  internals.execProtocolRawSync = (message) => {
    if (broken) throw broken;
    const answer = exchange(message);
    if (ended === null) return answer;
    broken = new DatabaseBroken(panicMessage(answer) ?? panicMessage(lastAnswer) ?? ended);
    onBroken(broken);
    throw broken;
  };

  internals.execProtocolRawStream = (message, options) =>
    exchangeStream(message, {
      ...options,
      onRawData: (bytes) => {
        lastAnswer = Uint8Array.from(bytes);
        options.onRawData(bytes);
      },
    });
  return pglite;
}

/** The message of an ErrorResponse of the severity PANIC or FATAL; null where there is none. */
function panicMessage(answer: Uint8Array): string | null {
  const text = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength).toString();
  return /S(?:PANIC|FATAL)\0(?:[^\0]+\0)*?M([^\0]+)\0/.exec(text)?.[1] ?? null;
}
