import type { Random } from '../simulators/common/random.ts';

/** A client of the load, with the contact that is the client now. */
export interface Client {
  contactId: number;
  firstName: string;
  /** All that the client ever had; the last one is the current one. Mailboxes of earlier ones are still read. */
  addresses: string[];
  /** Those from which an email has come back: nobody reads them. */
  dead: Set<string>;
  /** Unix ms of the last change of consent, address or contact. */
  changedAt: number;
  /** The contact is deleted for a while. */
  isAway: boolean;
}

export interface Deal {
  dealId: number;
  /** The main contact first. */
  clients: Client[];
  isWon: boolean;
  /** Unix ms. */
  movedAt: number;
  moves: number;
}

/** Between two moves of one deal, and two changes of one client: people are no faster. */
const PAUSE_MS = 3_000;
/** After so many moves a deal is left alone. */
const MOVES_EACH = 8;
/** Only the newest clients do something. */
const ACTIVE = 40;

/** Who takes part in a run. */
export class Cast {
  readonly clients: Client[] = [];
  readonly deals: Deal[] = [];
  readonly #random: Random;
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A name and an address that nobody else has. */
  newName(): { firstName: string; lastName: string; email: string } {
    this.#names += 1;
    return { firstName: `Ann${this.#names}`, lastName: 'Lee', email: `client+${this.#names}@example.com` };
  }

  newAddress(): string {
    return this.newName().email;
  }

  addClient(contactId: number, { firstName, email }: { firstName: string; email: string }): Client {
    const client: Client = {
      contactId,
      firstName,
      addresses: [email],
      dead: new Set(),
      changedAt: 0,
      isAway: false,
    };
    this.clients.push(client);
    return client;
  }

  addDeal(dealId: number, clients: Client[]): Deal {
    const deal = { dealId, clients, isWon: false, movedAt: Date.now(), moves: 0 };
    this.deals.push(deal);
    return deal;
  }

  /** A client, of the newest, who has done nothing for a while and is the main contact of a deal. */
  quietClient(): Client | undefined {
    const now = Date.now();
    const mains = new Set(this.deals.flatMap(({ clients }) => clients.slice(0, 1)));
    return this.pick(
      this.clients
        .slice(-ACTIVE)
        .filter((client) => mains.has(client) && !client.isAway && now - client.changedAt > PAUSE_MS),
    );
  }

  activeClient(): Client | undefined {
    return this.pick(this.clients.slice(-ACTIVE));
  }

  /** A deal that can be moved. */
  quietDeal(): Deal | undefined {
    const now = Date.now();
    return this.pick(
      this.deals.filter(({ moves, movedAt }) => moves < MOVES_EACH && now - movedAt > PAUSE_MS),
    );
  }

  dealsOf(client: Client): Deal[] {
    return this.deals.filter(({ clients }) => clients.includes(client));
  }

  /** The survivor takes everything that the other one had. */
  join(survivor: Client, gone: Client): void {
    survivor.addresses.unshift(...gone.addresses);
    for (const address of gone.dead) survivor.dead.add(address);
    for (const deal of this.dealsOf(gone))
      deal.clients = [...new Set(deal.clients.map((client) => (client === gone ? survivor : client)))];
    this.clients.splice(this.clients.indexOf(gone), 1);
  }

  pick<T>(list: T[]): T | undefined {
    return list[Math.floor(this.#random() * list.length)];
  }
}
