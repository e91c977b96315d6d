import type { Logger } from 'pino';
import type { Catalog } from '../domain/entities.ts';
import { asDeliveryError, type DeliveryError } from '../domain/errors.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { KommoClient } from '../kommo/index.ts';
import type { CatalogStore } from '../store/connections/catalog.ts';

/** The active rules of a connection, before the names in them are looked up. */
export interface UnresolvedRules {
  /** The published version, 0 before the first one. Null where the configuration file gives the rules. */
  version: number | null;
  /** Differs wherever `resolve` may give something else for the same catalog. */
  configuration: string;
  /** Looks the names up. @throws where the catalog lacks one of them */
  resolve(catalog: Catalog): Rules;
}

export interface StartupOptions {
  connection: string;
  kommo: Pick<KommoClient, 'catalog'>;
  catalogs: CatalogStore;
  /** @throws where what was published is no valid rules */
  loadRules(): Promise<UnresolvedRules>;
  log: Logger;
  /** Whether the catalog is read from Kommo even where a stored one would do. */
  rereadCatalog: boolean;
  /** Ends the reading of the catalog, which takes long where Kommo is slow. */
  signal: AbortSignal;
}

/** What a connection starts with, or why it cannot start now. */
export type Startup =
  | { kind: 'resolved'; catalog: Catalog; rules: Rules; version: number | null }
  /** Somebody must correct the rules. Trying again soon would only read the catalog again. */
  | { kind: 'rules_failed'; error: unknown }
  /** Kommo cannot be read, and no catalog is stored. */
  | { kind: 'kommo_failed'; error: DeliveryError };

/**
 * Finds the rules and the catalog that a connection starts with. One that was run with the same configuration until just
 * now goes on with the stored catalog: nothing is read, and a stage that was renamed since stops nothing. Otherwise the
 * catalog comes from Kommo; where Kommo cannot be read, the one that was read last must do.
 * @throws what the database throws, or the signal's reason
 */
export async function resolveForStartup(options: StartupOptions): Promise<Startup> {
  let unresolved: UnresolvedRules;
  try {
    unresolved = await options.loadRules();
  } catch (error) {
    return { kind: 'rules_failed', error };
  }
  if (!options.rereadCatalog) {
    const catalog = await options.catalogs.loadFor(unresolved.configuration);
    const continued = catalog && resolve(unresolved, catalog);
    if (continued?.kind === 'resolved') return continued;
  }
  return readFromKommo(options, unresolved);
}

async function readFromKommo(options: StartupOptions, unresolved: UnresolvedRules): Promise<Startup> {
  const { connection, kommo, catalogs, log, signal } = options;
  let catalog: Catalog;
  try {
    catalog = await kommo.catalog({ signal });
  } catch (thrown) {
    signal.throwIfAborted();
    const stored = await catalogs.load();
    const consequence = stored ? 'the catalog that was read last is used' : 'the connection waits';
    log.warn({ connection, err: thrown }, `Kommo cannot be read; ${consequence}`);
    return stored ? resolve(unresolved, stored) : { kind: 'kommo_failed', error: asDeliveryError(thrown) };
  }
  const startup = resolve(unresolved, catalog);
  // Also where names are missing in it: whoever corrects the rules needs the catalog.
  await catalogs.save(catalog, ...(startup.kind === 'resolved' ? [unresolved.configuration] : []));
  return startup;
}

function resolve({ resolve, version }: UnresolvedRules, catalog: Catalog): Startup {
  try {
    return { kind: 'resolved', catalog, rules: resolve(catalog), version };
  } catch (error) {
    return { kind: 'rules_failed', error };
  }
}
