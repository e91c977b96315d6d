import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { guard } from './embedded-guard.ts';

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
        fsyncSync(stream.nfd);
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
 * Opens the embedded database in `folder`, or in memory where the folder is null (tests).
 * A commit on disk is power safe: one fsync of the write-ahead log each.
 */
export async function openEmbedded(
  folder: string | null,
  onBroken: (error: Error) => void = () => {},
): Promise<PGlite> {
  if (folder === null) return guard(await PGlite.create(), onBroken);
  const startParams = [
    ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
    '-c',
    'wal_sync_method=fsync',
  ];
  return guard(await PGlite.create({ fs: new DurableFs(folder), startParams }), onBroken);
}
