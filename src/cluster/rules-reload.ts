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
  /** The version that was published last. @throws where it is no valid rules */
  loadRules(): Promise<UnresolvedRules>;
  /** What this process runs; null where it does not run the connection. */
  running(): Connection | null;
  /** Tries to start the connection: it may be waiting for just these rules. */
  retryStart(): void;
}

/**
 * - `current`: the connection runs by the version that was published last, as far as this process knows
 * - `rejected`: that version cannot be run, and the one before goes on. It is tried again when `retryAt` (monotonic, ms)
 *   has come, since each attempt may read Kommo's catalog.
 */
type State =
  | { name: 'current' }
  | { name: 'rejected'; version: number | null; trouble: string; retryAt: number };

/** How soon a rejected version is tried again, ms: somebody may have made the missing field in Kommo. */
const RETRY_MS = 30_000;

/** Gives a running connection the rules that were published since it started. */
export class RulesReloader {
  readonly #options: RulesReloaderOptions;
  #state: State = { name: 'current' };
  #reloads: Promise<void> = Promise.resolve();

  constructor(options: RulesReloaderOptions) {
    this.#options = options;
  }

  /** Why the newest rules do not run, for a person; null where they do. */
  get trouble(): string | null {
    return this.#state.name === 'rejected' ? this.#state.trouble : null;
  }

  /**
   * Resolves when the newest rules run, if they can; never rejects. One reload follows the other, so that an older
   * version never replaces a newer one.
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
    // Without a pause in between, so that no batch of events is planned by one version and recorded with another.
    connection.rules = rules;
    connection.rulesVersion = version;
    this.#setState({ name: 'current' });
    log.info({ connection: name, version }, 'the connection runs by newly published rules');
    try {
      await catalogs.save(catalog, configuration);
    } catch (error) {
      // The next process to run the connection then reads the catalog from Kommo.
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
      'the published rules cannot be run; those before stay active',
    );
  }
}

/** A name that the catalog lacks may be new in Kommo, so that the catalog is read again. */
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
