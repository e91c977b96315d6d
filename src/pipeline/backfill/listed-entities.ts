import type { Company, Contact } from '../../domain/entities.ts';
import type { RequiredParts } from '../../domain/rules/values.ts';
import { type CallOptions, type KommoClient, withOptions } from '../../kommo/index.ts';
import { LruMap } from '../../lib/lru-map.ts';
import type { ListedDeal } from './deal-lists.ts';

/** A deal to plan. */
export interface BackfillDeal extends ListedDeal {
  /** All of its people are known to follow other deals, so its contacts are not read. */
  isUnread: boolean;
}

/** Companies that are kept for the deals that follow: many clients are of one company. Some 500 bytes each. */
const KEPT_COMPANIES = 20_000;

/**
 * The deals, contacts and companies that were read for the deals of a list, many with one call. The planning gets them through a
 * client that asks Kommo only for what is not here.
 */
export class ListedEntities {
  readonly #kommo: KommoClient;
  readonly #deals = new Map<number, ListedDeal>();
  /** Null: asked for, and not returned. */
  readonly #contacts = new Map<number, Contact | null>();
  readonly #companies: LruMap<number, Company | 'missing'>;

  /** @param call of all reads @param companies those of earlier deals */
  constructor(
    kommo: KommoClient,
    call: CallOptions,
    companies: LruMap<number, Company | 'missing'> = new LruMap(KEPT_COMPANIES),
  ) {
    this.#kommo = withOptions(kommo, call);
    this.#companies = companies;
  }

  /** For the deals that follow these: with nothing but their companies. */
  next(): ListedEntities {
    return new ListedEntities(this.#kommo, {}, this.#companies);
  }

  /** Reads what the plans of these deals need. @throws DeliveryError */
  async read(deals: readonly BackfillDeal[], parts: RequiredParts, wanted: 'main' | 'all'): Promise<void> {
    for (const listed of deals) this.#deals.set(listed.deal.id, listed);
    const toRead = deals.filter(({ isUnread }) => !isUnread).map(({ deal }) => deal);
    const contactIds = toRead.flatMap((deal) => contactsToRead(deal.contactIds, wanted));
    const companyIds = toRead.flatMap(({ companyId }) =>
      parts.company && companyId !== null ? [companyId] : [],
    );
    await this.#readContacts(unique(contactIds));
    await this.#readCompanies(unique(companyIds).filter((id) => this.#companies.get(id) === undefined));
  }

  /** To be called for deals and contacts that have changed since they were read. */
  forget(dealIds: Iterable<number>, contactIds: Iterable<number>): void {
    for (const id of dealIds) this.#deals.delete(id);
    for (const id of contactIds) this.#contacts.delete(id);
  }

  /** The client for the planning. */
  client(): KommoClient {
    return {
      ...this.#kommo,
      deals: async (ids, options) => {
        const unread = ids.filter((id) => !this.#deals.has(id));
        const read = unread.length > 0 ? await this.#kommo.deals(unread, options) : new Map();
        for (const id of ids) if (this.#deals.has(id)) read.set(id, this.#deals.get(id)!.deal);
        return read;
      },
      contacts: async (ids) => {
        await this.#readContacts(ids.filter((id) => !this.#contacts.has(id)));
        return found(ids, (id) => this.#contacts.get(id) ?? undefined);
      },
      companies: async (ids) => {
        await this.#readCompanies(ids.filter((id) => this.#companies.get(id) === undefined));
        return found(ids, (id) => {
          const company = this.#companies.get(id);
          return company === 'missing' ? undefined : company;
        });
      },
    };
  }

  async #readContacts(ids: number[]): Promise<void> {
    if (ids.length === 0) return;
    const read = await this.#kommo.contacts(ids);
    for (const id of ids) this.#contacts.set(id, read.get(id) ?? null);
  }

  async #readCompanies(ids: number[]): Promise<void> {
    if (ids.length === 0) return;
    const read = await this.#kommo.companies(ids);
    for (const id of ids) this.#companies.set(id, read.get(id) ?? 'missing');
  }
}

/** The contacts of a deal that the rules want, by their ids. */
export function contactsToRead(contactIds: readonly number[], wanted: 'main' | 'all'): number[] {
  return wanted === 'all' ? [...contactIds] : contactIds.slice(0, 1);
}

function found<Value>(ids: readonly number[], get: (id: number) => Value | undefined): Map<number, Value> {
  return new Map(
    ids.flatMap((id) => {
      const value = get(id);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}

function unique(ids: number[]): number[] {
  return [...new Set(ids)];
}
