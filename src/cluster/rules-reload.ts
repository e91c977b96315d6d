import type { Logger } from 'pino';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { MonotonicClock } from '../lib/monotonic-clock.ts';
import type { Connection } from '../pipeline/connection.ts';
import type { CatalogStore } from '../store/connections/catalog.ts';
import type { UnresolvedRules } from './startup-rules.ts';

export interface RulesReloaderOptions {
  /** The connection. */
  name: string;
  log: Logger;
  clock: Pick<MonotonicClock, 'now'>;
  catalogs: Pick<CatalogStore, 'save'>;
  /** Loads the newest published version. @throws where its text is not valid */
  loadRules(): Promise<UnresolvedRules>;
  /** The running connection; null where this process does not run it. */
  running(): Connection | null;
  /** Tries to start the connection, which may be waiting for these rules. */
  retryStart(): void;
}

/**
 * - `current`: the connection runs the newest published version, as far as this process knows
 * - `rejected`: the newest version cannot be used, and the previous one stays active. It is tried again at `retryAt`
 *   (monotonic, ms) and not earlier, since each attempt may read Kommo's catalog.
 */
type State =
  | { name: 'current' }
  | { name: 'rejected'; version: number | null; trouble: string; retryAt: number };

/** The wait before a rejected version is tried again, ms: the missing field may have been created in Kommo. */
const RETRY_MS = 30_000;

/** Activates newly published rules in a running connection. */
export class RulesReloader {
  readonly #options: RulesReloaderOptions;
  #state: State = { name: 'current' };
  #reloads: Promise<void> = Promise.resolve();

  constructor(options: RulesReloaderOptions) {
    this.#options = options;
  }

  /** A sentence for people: why the newest rules are not active; null where they are. */
  get trouble(): string | null {
    return this.#state.name === 'rejected' ? this.#state.trouble : null;
  }

  /**
   * Resolves when the newest rules are active or rejected; never rejects. Reloads run one after the other, so that an
   * older version never replaces a newer one.
   */
  reload(): Promise<void> {
    this.#reloads = this.#reloads.then(() => this.#reload());
    return this.#reloads;
  }

  async #reload(): Promise<void> {
    const connection = this.#options.running();
    if (!connection) return this.#options.retryStart();
    let unresolved: UnresolvedRules | null = null;
    try {
      unresolved = await this.#options.loadRules();
      if (unresolved.version === connection.rulesVersion) return this.#setState({ name: 'current' });
      if (this.#isRejected(unresolved.version)) return;
      const { catalog, rules } = await resolveNames(connection, unresolved);
      if (this.#options.running() === connection)
        await this.#activate(connection, unresolved, catalog, rules);
    } catch (error) {
      if (this.#options.running() === connection)
        this.#reject(connection, unresolved?.version ?? null, error);
    }
  }

  #setState(state: State): void {
    this.#state = state;
  }

  #isRejected(version: number | null): boolean {
    const state = this.#state;
    return (
      state.name === 'rejected' && state.version === version && this.#options.clock.now() < state.retryAt
    );
  }

  async #activate(
    connection: Connection,
    { version, configuration }: UnresolvedRules,
    catalog: Catalog,
    rules: Rules,
  ): Promise<void> {
    const { name, log, catalogs } = this.#options;
    // No `await` in between, or a batch of events could be planned with one version and recorded with another.
    connection.rules = rules;
    connection.rulesVersion = version;
    this.#setState({ name: 'current' });
    log.info({ connection: name, version }, 'newly published rules are active');
    try {
      await catalogs.save(catalog, configuration);
    } catch (error) {
      // Not fatal: the next process to run the connection reads the catalog from Kommo.
      log.warn({ err: error, connection: name, version }, 'the catalog of these rules could not be stored');
    }
  }

  #reject(connection: Connection, version: number | null, error: unknown): void {
    const { name, log, clock } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    const trouble = `${reason} Version ${connection.rulesVersion ?? 0} stays active.`;
    this.#setState({ name: 'rejected', version, trouble, retryAt: clock.now() + RETRY_MS });
    log.error(
      { err: error, connection: name, version },
      'the published rules cannot be used; the previous version stays active',
    );
  }
}

/** Resolves the names of the rules. If the catalog lacks one, it may be new in Kommo, so the catalog is read again. */
async function resolveNames(
  connection: Connection,
  unresolved: UnresolvedRules,
): Promise<{ catalog: Catalog; rules: Rules }> {
  try {
    return { catalog: connection.catalog, rules: unresolved.resolve(connection.catalog) };
  } catch {
    connection.catalog = await connection.kommo.catalog();
    return { catalog: connection.catalog, rules: unresolved.resolve(connection.catalog) };
  }
}
