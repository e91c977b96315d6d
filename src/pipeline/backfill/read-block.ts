import type { Rules } from '../../domain/rules/rules.ts';
import { followedDeals } from '../../store/backfills/recorded-people.ts';
import type { Db } from '../../store/database/database.ts';
import { withPeople } from '../gather/requirements.ts';
import type { DealLists, ListedDeal } from './deal-lists.ts';
import { type BackfillDeal, contactsToRead, type ListedEntities } from './listed-entities.ts';

/** Contacts that are read together: eight full calls, so that calls with a few contacts are rare. */
const CONTACTS_AT_ONCE = 2_000;
/** Where most contacts are known already, a block ends after so many deals. */
const MOST_DEALS = 4_000;

/** Deals whose contacts and companies were read together. */
export interface Block {
  deals: BackfillDeal[];
  entities: ListedEntities;
}

export interface BlockOptions {
  db: Db;
  connection: string;
  rules: Rules;
  lists: Pick<DealLists, 'nextPage'>;
  /** Has nothing but the companies of earlier blocks. */
  entities: ListedEntities;
}

/** Cuts the lists of a backfill into blocks of which every call for contacts is full. */
export class BlockReader {
  readonly #options: BlockOptions;
  #entities: ListedEntities;
  /** Listed, and in no block yet. */
  #left: BackfillDeal[] = [];
  #hasMore = true;

  constructor(options: BlockOptions) {
    this.#options = options;
    this.#entities = options.entities;
  }

  /** The next block; null after the last deal. @throws DeliveryError */
  async next(): Promise<Block | null> {
    const { rules } = this.#options;
    const { parts } = withPeople(0, rules);
    await this.#list();
    const deals = this.#left.splice(0, this.#lengthOfBlock());
    if (deals.length === 0) return null;
    const entities = this.#entities;
    this.#entities = entities.next();
    await entities.read(deals, parts, rules.contacts);
    return { deals, entities };
  }

  /** Lists deals until they have enough contacts to read. */
  async #list(): Promise<void> {
    while (this.#hasMore && this.#lengthOfBlock() === this.#left.length && this.#left.length < MOST_DEALS) {
      const page = await this.#options.lists.nextPage();
      this.#hasMore = page !== null;
      if (page !== null) this.#left.push(...(await this.#withRecorded(page)));
    }
  }

  async #withRecorded(page: ListedDeal[]): Promise<BackfillDeal[]> {
    const { db, connection, rules } = this.#options;
    const contactsOf = ({ deal }: ListedDeal) => contactsToRead(deal.contactIds, rules.contacts);
    const followed = await followedDeals(db, connection, page.flatMap(contactsOf));
    return page.map((listed) => {
      const contacts = contactsOf(listed);
      const followsOther = (id: number) => followed.has(id) && followed.get(id) !== listed.deal.id;
      return { ...listed, isUnread: contacts.length > 0 && contacts.every(followsOther) };
    });
  }

  /** How many of the listed deals have as many contacts as are read together; all where they have fewer. */
  #lengthOfBlock(): number {
    const contacts = new Set<number>();
    for (const [index, { deal, isUnread }] of this.#left.entries()) {
      if (isUnread) continue;
      for (const id of contactsToRead(deal.contactIds, this.#options.rules.contacts)) contacts.add(id);
      if (contacts.size > CONTACTS_AT_ONCE) return index;
    }
    return this.#left.length;
  }
}
