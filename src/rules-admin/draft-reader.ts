import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import { type ReadDraft, readDraft } from './drafts.ts';
import { RulesError } from './errors.ts';

export interface DraftReaderOptions {
  /** The catalog as stored; null before Kommo was first read. */
  storedCatalog(): Promise<Catalog | null>;
  /** Reads the catalog from Kommo; null where this process cannot. @throws DeliveryError or RulesError */
  refreshCatalog(): Promise<Catalog | null>;
  now(): number;
}

/**
 * Validates drafts against the account's names. Only a draft that names something unknown makes it read Kommo again: a
 * stage or a field may have been created a minute ago. One fresh reading then serves all checks of its lifetime.
 */
export class DraftReader {
  readonly #options: DraftReaderOptions;
  #fresh: { catalog: Catalog | null; readAt: number } | null = null;

  constructor(options: DraftReaderOptions) {
    this.#options = options;
  }

  /** @param maxAgeMs how old a fresh reading of Kommo may be. @throws RulesError `unavailable` */
  async read(text: string, maxAgeMs: number): Promise<ReadDraft> {
    const draft = readDraft(text, await this.#options.storedCatalog());
    if (draft.config === null || draft.problems.length === 0) return draft;
    const catalog = await this.#freshCatalog(maxAgeMs);
    return catalog ? readDraft(text, catalog) : draft;
  }

  /** As `read`, but answers from the stored catalog while Kommo cannot be read. */
  async readLeniently(text: string, maxAgeMs: number): Promise<ReadDraft> {
    try {
      return await this.read(text, maxAgeMs);
    } catch (error) {
      if (!(error instanceof RulesError)) throw error;
      return readDraft(text, await this.#options.storedCatalog());
    }
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
