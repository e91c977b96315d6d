import { fdatasyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The part of Emscripten's NODEFS that is patched: its stream operations lack fsync. */
interface NodeFsModule {
  NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
}

/**
 * PGlite's file system with a real fsync. By default NODEFS has no fsync and PGlite starts PostgreSQL with `-F`, so a power
 * cut could lose committed data.
 */
export class DurableFs extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const addFsync = (module: unknown) => {
      (module as NodeFsModule).NODEFS.stream_ops.fsync = (stream) => {
        // As PostgreSQL does on Linux: syncs the data and the size of the file, but not its times.
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
