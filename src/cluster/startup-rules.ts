import type { Logger } from 'pino';
import type { Catalog } from '../domain/entities.ts';
import { asDeliveryError, type DeliveryError } from '../domain/errors.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { KommoClient } from '../kommo/index.ts';
import type { CatalogStore } from '../store/connections/catalog.ts';

/** The active rules of a connection, before the names in them are resolved. */
export interface UnresolvedRules {
  /** The published version; 0 before the first one. Null where the rules come from the file. */
  version: number | null;
  /** An identifier of the rules' contents: equal values resolve to the same rules with the same catalog. */
  configuration: string;
  /** Resolves the names. @throws where the catalog lacks one of them */
  resolve(catalog: Catalog): Rules;
}

export interface StartupOptions {
  connection: string;
  kommo: Pick<KommoClient, 'catalog'>;
  catalogs: CatalogStore;
  /** @throws where the published text is not valid */
  loadRules(): Promise<UnresolvedRules>;
  log: Logger;
  /** Whether the catalog is read from Kommo even if the stored one is usable. */
  rereadCatalog: boolean;
  /** Aborts the reading of the catalog, which can take long. */
  signal: AbortSignal;
}

/** The rules and catalog that a connection starts with, or why it cannot start now. */
export type Startup =
  | { kind: 'resolved'; catalog: Catalog; rules: Rules; version: number | null }
  /** The rules must be corrected. An early retry would only read the catalog again. */
  | { kind: 'rules_failed'; error: unknown }
  /** Kommo cannot be read, and no catalog is stored. */
  | { kind: 'kommo_failed'; error: DeliveryError };

/**
 * Finds the rules and the catalog that a connection starts with. A connection that has run with the same configuration
 * until just now keeps the stored catalog: no calls are needed, and a stage that was renamed since does no harm. Otherwise
 * the catalog is read from Kommo; if that fails, the stored one is used.
 * @throws the database's error, or the signal's reason
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
    const consequence = stored ? 'the stored catalog is used' : 'the connection waits';
    log.warn({ connection, err: thrown }, `Kommo cannot be read; ${consequence}`);
    return stored ? resolve(unresolved, stored) : { kind: 'kommo_failed', error: asDeliveryError(thrown) };
  }
  const startup = resolve(unresolved, catalog);
  // Saved even if names are missing in it: the console needs the catalog to correct the rules.
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
