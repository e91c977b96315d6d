import type { Pipeline } from '../../../domain/entities.ts';
import { memoizeFor } from '../../../lib/memoize-for.ts';
import { type StoredPipelines, storedPipelines } from '../../../store/connections/catalog.ts';
import type { Db } from '../../../store/database/database.ts';

/** A renamed stage shows after this long, in ms. */
const KEEP_MS = 30_000;

/** The accounts' pipelines, for the names of stages. */
export interface KnownPipelines {
  of(connection: string): Promise<StoredPipelines>;
  /** Of all these connections. */
  all(connections: Iterable<string>): Promise<Map<string, Pipeline[]>>;
}

export function createPipelines(db: () => Promise<Db>, now: () => number): KnownPipelines {
  const known = new Map<string, () => Promise<StoredPipelines>>();

  function of(connection: string): Promise<StoredPipelines> {
    let read = known.get(connection);
    if (!read) {
      read = memoizeFor(KEEP_MS, now, async () => storedPipelines(await db(), connection));
      known.set(connection, read);
    }
    return read();
  }

  return {
    of,
    async all(connections) {
      const names = [...new Set(connections)];
      const found = await Promise.all(names.map(of));
      return new Map(names.map((name, index) => [name, found[index]!.pipelines]));
    },
  };
}
