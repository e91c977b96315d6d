import type { Parcel } from '../contract.ts';
import { createClient, moveDeal, type Sides } from '../sides.ts';

/** Deals move, or clients click or unsubscribe in the emails that they get. */
export type TrafficKind = 'moves' | 'clicks' | 'unsubscribes';

/** One of the clients who get something while a side is broken. */
interface Expected {
  deal: number;
  email: string;
  /** In the order in which they must arrive. */
  events: string[];
  /** Texts of notes that must be on the deal. */
  notes: RegExp[];
  /** What the deal's field for the client's state must show; null: nothing. */
  status: string | null;
}

/** The deal field that the rules set when a client unsubscribes. */
export const STATUS_FIELD = 'email_status';

const NAMES = ['Rita Voss', 'Sam Ford', 'Tess Moor'];
/** Nobody moves a deal in the moment in which it is created; Kommo's lists do not have it then. */
export const BEFORE_MOVES_MS = 1_000;
/** So that the webhooks come in the order of the moves, as when a person moves deals. */
const BETWEEN_MOVES_MS = 250;
/** Only where something hangs does an email take as long. */
const MAIL_WITHIN_MS = 10 * 60_000;

/** What happens during one outage, and how much of it has arrived. */
export class Traffic {
  readonly #sides: Sides;
  readonly #kind: TrafficKind;
  readonly #expected: Expected[];
  readonly #touched = new Set<number>();

  /** @param number of the outage, from 1: each has clients of its own */
  constructor(sides: Sides, kind: TrafficKind, number: number) {
    this.#sides = sides;
    this.#kind = kind;
    const isMoves = kind === 'moves';
    this.#expected = NAMES.map((name) => {
      // No client of a visitor has an address at this company.
      const email = `${name.split(' ')[0]!.toLowerCase()}.${number}@outage.example`;
      const deal = createClient(sides, { name, email, plan: 'Pro', price: 700 });
      const events = isMoves ? ['demo_scheduled', 'demo_completed'] : ['demo_scheduled'];
      return {
        deal,
        email,
        events,
        notes: [...events.map((event) => RegExp(event)), ...(kind === 'clicks' ? [/^Clicked/] : [])],
        status: kind === 'unsubscribes' ? 'unsubscribed' : null,
      };
    });
  }

  /** @param pause resolves after so many ms */
  async run(pause: (ms: number) => Promise<unknown>): Promise<void> {
    await pause(BEFORE_MOVES_MS);
    for (const { deal } of this.#expected) moveDeal(this.#sides, deal, 'Demo scheduled');
    await pause(BETWEEN_MOVES_MS);
    if (this.#kind === 'moves')
      for (const { deal } of this.#expected) moveDeal(this.#sides, deal, 'Demo completed');
    else await Promise.all(this.#expected.map(({ email }) => this.#act(email)));
  }

  /** The visitor moves this deal, or acts as its client. */
  touch(dealId: number): void {
    this.#touched.add(dealId);
  }

  async #act(email: string): Promise<void> {
    const { customerio } = this.#sides;
    const mail = await customerio.waitFor(() => customerio.mailbox(email)[0], { timeoutMs: MAIL_WITHIN_MS });
    if (this.#kind === 'clicks') customerio.click(mail.deliveryId);
    else customerio.unsubscribe(mail.deliveryId);
  }

  parcels(): Parcel[] {
    return this.#expected.flatMap(({ deal, email, events, notes, status }) => [
      ...events.map((event) => ({
        side: 'customerio' as const,
        what: event,
        deal,
        isTouched: this.#touched.has(deal),
        count: this.#eventsOf(email).filter((name) => name === event).length,
      })),
      ...notes.map((text) => ({
        side: 'kommo' as const,
        what: text.source.replace('^', ''),
        deal,
        isTouched: this.#touched.has(deal),
        count: this.#sides.kommo.notes(deal).filter((note) => text.test(note.text)).length,
      })),
      ...(status === null ? [] : [this.#statusParcel(deal, status)]),
    ]);
  }

  #statusParcel(deal: number, status: string): Parcel {
    const shown = this.#sides.kommo.deal(deal)?.fields[STATUS_FIELD];
    return {
      side: 'kommo',
      what: STATUS_FIELD,
      deal,
      isTouched: this.#touched.has(deal),
      count: shown === status ? 1 : 0,
    };
  }

  /**
   * Whether the events of each client have come in the order of the moves, as far as they have come. What a visitor does
   * with a deal has an order of its own.
   */
  isInOrder(): boolean {
    return this.#expected
      .filter(({ deal }) => !this.#touched.has(deal))
      .every(({ email, events }) => this.#eventsOf(email).every((name, index) => name === events[index]));
  }

  #eventsOf(email: string): string[] {
    return this.#sides.customerio.person(email)?.events.map(({ name }) => name) ?? [];
  }
}
