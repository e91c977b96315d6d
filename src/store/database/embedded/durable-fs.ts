import { fdatasyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** What a change of a file's attributes may set. Only the mode matters here. */
interface Attributes {
  mode?: number | null | undefined;
}

/** The parts of Emscripten's NODEFS that are patched. */
interface NodeFsOperations {
  node_ops: {
    mknod(parent: unknown, name: string, mode: number, device: unknown): unknown;
    setattr(node: unknown, attributes: Attributes): void;
  };
  stream_ops: {
    /** Missing in NODEFS. */
    fsync?(stream: { nfd: number }): number;
    setattr?(stream: unknown, attributes: Attributes): void;
  };
}

/**
 * PGlite's file system with a real fsync, and with files that only this user can read.
 *
 * By default NODEFS has no fsync and PGlite starts PostgreSQL with `-F`, so a power cut could lose committed data. And
 * Emscripten creates each file with mode 0666 and sets its mode by chmod afterwards, which no umask restricts.
 */
export class DurableFs extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const patch = (module: unknown) => {
      const { NODEFS } = module as { NODEFS: NodeFsOperations };
      addFsync(NODEFS);
      keepPrivate(NODEFS);
    };
    // Before the mount, which PGlite has put into the list already: nodes take their operations from it.
    const preRun = [patch, ...((emscriptenOpts.preRun as ((module: unknown) => void)[] | undefined) ?? [])];
    return { emscriptenOpts: { ...emscriptenOpts, preRun: preRun as typeof emscriptenOpts.preRun } };
  }
}

function addFsync({ stream_ops }: NodeFsOperations): void {
  stream_ops.fsync = (stream) => {
    // As PostgreSQL does on Linux: syncs the data and the size of the file, but not its times.
    fdatasyncSync(stream.nfd);
    return 0;
  };
}

const OTHERS = 0o077;

/** Takes all permissions of the group and of others from whatever PostgreSQL creates or changes. */
function keepPrivate({ node_ops, stream_ops }: NodeFsOperations): void {
  const { mknod, setattr } = node_ops;
  const setStreamAttributes = stream_ops.setattr;
  node_ops.mknod = (parent, name, mode, device) => mknod(parent, name, mode & ~OTHERS, device);
  node_ops.setattr = (node, attributes) => setattr(node, withoutOthers(attributes));
  if (setStreamAttributes)
    stream_ops.setattr = (stream, attributes) => setStreamAttributes(stream, withoutOthers(attributes));
}

function withoutOthers(attributes: Attributes): Attributes {
  const { mode } = attributes;
  return mode === undefined || mode === null ? attributes : { ...attributes, mode: mode & ~OTHERS };
}
