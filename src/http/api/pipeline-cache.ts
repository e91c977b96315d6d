import type { Pipeline } from '../../domain/entities.ts';
import { memoizeFor } from '../../lib/memoize-for.ts';
import { type StoredPipelines, storedPipelines } from '../../store/connections/catalog.ts';
import type { Db } from '../../store/database/database.ts';

/** How long stored pipelines are reused, in ms. A renamed stage is shown with its new name after at most this time. */
const TTL_MS = 30_000;

/** The pipelines of the accounts as they are stored, for the names of stages. */
export interface PipelineCache {
  of(connection: string): Promise<StoredPipelines>;
  /** The pipelines of several connections, by connection. */
  all(connections: Iterable<string>): Promise<Map<string, Pipeline[]>>;
}

export function createPipelineCache(db: () => Promise<Db>, now: () => number): PipelineCache {
  const readers = new Map<string, () => Promise<StoredPipelines>>();

  function of(connection: string): Promise<StoredPipelines> {
    let read = readers.get(connection);
    if (!read) {
      read = memoizeFor(TTL_MS, now, async () => storedPipelines(await db(), connection));
      readers.set(connection, read);
    }
    return read();
  }

  return {
    of,
    async all(connections) {
      const names = [...new Set(connections)];
      const stored = await Promise.all(names.map(of));
      return new Map(names.map((name, index) => [name, stored[index]!.pipelines]));
    },
  };
}
