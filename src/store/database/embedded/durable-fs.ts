import { fdatasyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The part of Emscripten's NODEFS that is reached into: its stream operations lack fsync. */
interface NodeFsModule {
  NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
}

/**
 * PGlite's folder on disk, with an fsync that reaches the disk. As shipped, NODEFS has no fsync and PGlite starts
 * PostgreSQL with `-F`, so a power cut could take back what was committed.
 */
export class DurableFs extends NodeFS {
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
