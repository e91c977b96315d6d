import { fdatasyncSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { guard } from './guard.ts';
import { preparing } from './prepared.ts';

/** The part of Emscripten's NODEFS that we reach into: its stream operations lack fsync. */
interface NodeFsModule {
  NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
}

/**
 * PGlite's folder on disk, with an fsync that reaches the disk. As shipped, NODEFS has no fsync
 * and PGlite starts PostgreSQL with `-F`, so a power cut could take back what was committed.
 */
class DurableFs extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const addFsync = (module: unknown) => {
      (module as NodeFsModule).NODEFS.stream_ops.fsync = (stream) => {
        // As PostgreSQL does on Linux: all that is needed to read the file again, and not its times.
        fdatasyncSync(stream.nfd);
        return 0;
      };
    };
    const preRun = [
      ...((emscriptenOpts.preRun as ((module: unknown) => void)[] | undefined) ?? []),
      addFsync,
    ];
    return { emscriptenOpts: { ...emscriptenOpts, preRun: preRun as typeof emscriptenOpts.preRun } };
  }
}

/**
 * V8 compiles hot WebAssembly a second time, better. For PostgreSQL's SQL parser, one function of 100 kB, that takes
 * 600 MB for some seconds (V8 13.6: TFTurboshaftLoopUnrolling in `--turbo-stats-wasm`) and makes it little faster. So
 * the parser is first called while V8 is told to leave what it sees alone: what it compiles then is never compiled
 * again. Everything else is, as always.
 */
class FrugalPGlite extends PGlite {
  override async _initArrayTypes(options?: { force?: boolean }): Promise<void> {
    // No function has the number 0, it is an import's.
    setFlagsFromString('--wasm-tier-up-filter=0');
    try {
      this.execProtocolRawSync(PARSE_NOTHING);
    } finally {
      setFlagsFromString('--wasm-tier-up-filter=-1');
    }
    return super._initArrayTypes(options);
  }
}

/** The simple query `;` in PostgreSQL's protocol. */
const PARSE_NOTHING = Uint8Array.from([0x51, 0, 0, 0, 6, 0x3b, 0]);

const START_PARAMS = [
  // `-F` would be: no fsync.
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  // PostgreSQL's 128 MB are written to at the start, so they count from then on. The system's cache holds the files.
  '-c',
  'shared_buffers=32MB',
  // A prepared statement is planned each time: a plan for a table that was small would stay as it is while it grows.
  '-c',
  'plan_cache_mode=force_custom_plan',
];

/**
 * Opens the embedded database in `folder`, which `createFolder` has made.
 * A commit on disk is power safe: one fsync of the write-ahead log each.
 * @param onBroken called once, when the database cannot be used in this process any more.
 */
export async function openEmbedded(
  folder: string,
  onBroken: (error: Error) => void = () => {},
): Promise<PGlite> {
  const pglite = new FrugalPGlite({ fs: new DurableFs(folder), startParams: START_PARAMS });
  await pglite.waitReady;
  pglite.execProtocolStream = inTurns(preparing(pglite.execProtocolStream.bind(pglite)));
  return guard(pglite, onBroken);
}

/** The first bytes of the protocol's messages that end a statement: Sync, and the simple Query. */
const ENDS = [0x53, 0x51];

/**
 * Ends the event loop's turn with each statement. All that PGlite does is done in the turn in which it is asked, and a
 * planning's statements would be one long turn: Node takes one new connection a turn, and one that comes meanwhile
 * waits for 192 others, seconds.
 */
function inTurns(send: PGlite['execProtocolStream']): PGlite['execProtocolStream'] {
  return async (message, options) => {
    const answer = await send(message, options);
    if (ENDS.includes(message[0]!)) await setImmediate();
    return answer;
  };
}
