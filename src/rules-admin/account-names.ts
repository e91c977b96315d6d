import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import { RulesError } from './errors.ts';

export interface AccountNamesOptions {
  /** The catalog as stored; null before Kommo was first read. */
  storedCatalog(): Promise<Catalog | null>;
  /** Reads the catalog from Kommo; null where this process cannot. @throws DeliveryError or RulesError */
  refreshCatalog(): Promise<Catalog | null>;
  now(): number;
}

/** The result of work on a draft; `hasUnknownNames` asks for the same work with names that were just read. */
interface Checkable {
  hasUnknownNames: boolean;
}

/**
 * Gives work on drafts the account's names. Only a draft that names something unknown makes it read Kommo again: a stage
 * or a field may have been created a minute ago. One fresh reading then serves all drafts of its lifetime.
 */
export class AccountNames {
  readonly #options: AccountNamesOptions;
  #fresh: { catalog: Catalog | null; readAt: number } | null = null;

  constructor(options: AccountNamesOptions) {
    this.#options = options;
  }

  /** @param maxAgeMs how old a fresh reading of Kommo may be. @throws RulesError `unavailable` where Kommo cannot be read */
  async with<T extends Checkable>(
    maxAgeMs: number,
    work: (catalog: Catalog | null) => Promise<T>,
  ): Promise<T> {
    const result = await work(await this.#options.storedCatalog());
    if (!result.hasUnknownNames) return result;
    const catalog = await this.#freshCatalog(maxAgeMs);
    return catalog ? work(catalog) : result;
  }

  /** As `with`, but keeps the result with the stored names while Kommo cannot be read. */
  async withReadableNames<T extends Checkable>(
    maxAgeMs: number,
    work: (catalog: Catalog | null) => Promise<T>,
  ): Promise<T> {
    const result = await work(await this.#options.storedCatalog());
    if (!result.hasUnknownNames) return result;
    const catalog = await this.#freshCatalog(maxAgeMs).catch((error: unknown) => {
      if (error instanceof RulesError) return null;
      throw error;
    });
    return catalog ? work(catalog) : result;
  }

  async #freshCatalog(maxAgeMs: number): Promise<Catalog | null> {
    const { refreshCatalog, now } = this.#options;
    if (this.#fresh && now() - this.#fresh.readAt < maxAgeMs) return this.#fresh.catalog;
    try {
      this.#fresh = { catalog: await refreshCatalog(), readAt: now() };
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      throw new RulesError(
        'unavailable',
        `Kommo cannot be read now, so the names in these rules cannot be checked. ${error.message}`,
      );
    }
    return this.#fresh.catalog;
  }
}
