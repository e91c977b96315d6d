import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { MonotonicClock } from '../lib/monotonic-clock.ts';
import type { Connection } from '../pipeline/connection.ts';
import type { CatalogStore } from '../store/connections/catalog.ts';
import type { Clients } from './leased-clients.ts';

export interface LiveConnectionOptions {
  name: string;
  owner: string;
  clients: Clients;
  startup: { catalog: Catalog; rules: Rules; version: number | null };
  catalogs: Pick<CatalogStore, 'save'>;
  clock: Pick<MonotonicClock, 'now'>;
}

/** A younger catalog is not read again for an unknown field or user, ms: reading it takes several calls to Kommo. */
const CATALOG_MIN_AGE_MS = 60_000;

/** The connection that a worker runs, with the rules and the catalog that it starts with. */
export function createLiveConnection(options: LiveConnectionOptions): Connection {
  const { name, owner, clients, startup, catalogs, clock } = options;
  let readAt = clock.now();
  const connection: Connection = {
    name,
    owner,
    kommo: clients.kommo,
    track: clients.track,
    app: clients.app,
    catalog: startup.catalog,
    rules: startup.rules,
    rulesVersion: startup.version,
    async refreshCatalog() {
      if (clock.now() - readAt > CATALOG_MIN_AGE_MS) {
        readAt = clock.now();
        connection.catalog = await clients.kommo.catalog();
        await catalogs.save(connection.catalog);
      }
      return connection.catalog;
    },
  };
  return connection;
}
