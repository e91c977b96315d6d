import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { Connection } from '../pipeline/connection.ts';

/** The rules that count, before their names are looked up. */
export interface UnresolvedRules {
  /** As `Connection` has it. */
  version: number | null;
  /** Differs wherever `resolve` may give something else. */
  configuration: string;
  /** Looks the names up. @throws where something does not exist. */
  resolve(catalog: Catalog): Rules;
}

export interface RulesReloaderOptions {
  /** The connection. */
  name: string;
  log: Logger;
  /** What was published last. */
  given(): Promise<UnresolvedRules>;
  /** What runs here; null where nothing does. */
  live(): Connection | null;
  /** Whether this process may still run it. */
  isOurs(): boolean;
  /** Tries to begin, where nothing runs. */
  retry(): void;
  /** Keeps the names, and whose they are. */
  save(catalog: Catalog, configuration: string): Promise<void>;
}

/** Gives a running connection the rules that were published since. */
export interface RulesReloader {
  /** Resolves when the newest rules run, if they can. Never rejects; where they cannot be run, those before go on. */
  renew(): Promise<void>;
  /** Why the newest rules do not run, in words; null where they do. */
  trouble(): string | null;
}

/** Rules that cannot be run are looked at again after this long: each time Kommo's names are read. */
const AGAIN_MS = 30_000;

export function createRulesReloader(options: RulesReloaderOptions): RulesReloader {
  const { name, log } = options;
  let renewing: Promise<void> = Promise.resolve();
  let trouble: string | null = null;
  let tried: { version: number | null; until: number } = { version: null, until: 0 };

  async function renew(): Promise<void> {
    const connection = options.live();
    if (!connection) return options.retry();
    const given = await options.given();
    if (given.version === connection.rulesVersion) return;
    if (given.version === tried.version && performance.now() < tried.until) return;
    tried = { version: given.version, until: performance.now() + AGAIN_MS };
    const { catalog, rules } = await overNames(connection, given);
    if (options.live() !== connection) return;
    // Both at once: a batch of events takes them together.
    connection.rules = rules;
    connection.rulesVersion = given.version;
    trouble = null;
    await options.save(catalog, given.configuration);
    log.info({ connection: name, version: given.version }, 'the connection runs by other rules now');
  }

  return {
    /** One after the other, so that an older version never replaces a newer one. */
    renew() {
      renewing = renewing.then(renew).catch((error) => {
        if (!options.isOurs()) return;
        const before = options.live()?.rulesVersion ?? 0;
        trouble = `${error instanceof Error ? error.message : String(error)} Version ${before} goes on.`;
        log.error(
          { err: error, connection: name },
          'the published rules cannot be run; the ones before go on',
        );
      });
      return renewing;
    },
    trouble: () => trouble,
  };
}

/** A name that is not known may be new in Kommo. */
async function overNames(
  connection: Connection,
  given: UnresolvedRules,
): Promise<{ catalog: Catalog; rules: Rules }> {
  try {
    return { catalog: connection.catalog, rules: given.resolve(connection.catalog) };
  } catch {
    connection.catalog = await connection.kommo.catalog();
    return { catalog: connection.catalog, rules: given.resolve(connection.catalog) };
  }
}
