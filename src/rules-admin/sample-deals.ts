import type { Json } from '../domain/entities.ts';
import type { DealContext } from '../domain/plan/plan-types.ts';
import { withOptions } from '../kommo/index.ts';
import type { Connection } from '../pipeline/connection.ts';
import { gatherDeals } from '../pipeline/gather/gather-deals.ts';
import type { Db } from '../store/database/database.ts';
import { newestReport } from '../store/events/newest-report.ts';

/** How long a reading serves: while somebody types, the deal is not read again. */
const KEPT_MS = 60_000;
const MAX_KEPT = 50;

const EVERYTHING = { parts: { contact: true, company: true, user: true }, contacts: 'main' } as const;

/** Reads deals with all that a text can name, whatever the rules use today. */
export const gatherWholeDeals: typeof gatherDeals = (connection, requirements, compute) =>
  gatherDeals(
    connection,
    requirements.map((required) => ({ ...required, parts: EVERYTHING.parts })),
    compute,
  );

/** The deals and reports that texts are previewed with, each read once a minute. */
export class SampleDeals {
  readonly #now: () => number;
  readonly #deals = new Map<number, { at: number; deal: Promise<DealContext | null> }>();

  constructor({ now }: { now(): number }) {
    this.#now = now;
  }

  /**
   * The deal with all that a text can name; null where Kommo does not have it.
   * @throws DeliveryError, or the signal's reason
   */
  deal(connection: Connection, dealId: number, signal: AbortSignal): Promise<DealContext | null> {
    const kept = this.#deals.get(dealId);
    if (kept && this.#now() - kept.at < KEPT_MS) return kept.deal;
    const kommo = withOptions(connection.kommo, { priority: 'retry', signal });
    const reader = { ...connection, kommo, refreshCatalog: () => kommo.catalog() };
    const deal = gatherDeals(reader, [{ dealId, ...EVERYTHING }]).then((found) => found.get(dealId) ?? null);
    this.#keep(dealId, deal);
    return deal;
  }

  /** The values of the newest report of each name; those that no stored report has are missing. */
  async reports(db: Db, connection: string, names: string[]): Promise<Record<string, Record<string, Json>>> {
    const found = await Promise.all(
      names.map(async (name) => [name, await newestReport(db, connection, name)] as const),
    );
    return Object.fromEntries(found.flatMap(([name, values]) => (values ? [[name, values]] : [])));
  }

  #keep(dealId: number, deal: Promise<DealContext | null>): void {
    this.#deals.delete(dealId);
    this.#deals.set(dealId, { at: this.#now(), deal });
    // What could not be read is read again.
    deal.catch(() => this.#deals.delete(dealId));
    const [oldest] = this.#deals.keys();
    if (this.#deals.size > MAX_KEPT && oldest !== undefined) this.#deals.delete(oldest);
  }
}
