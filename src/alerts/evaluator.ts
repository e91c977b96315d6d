import type { Logger } from 'pino';
import type { Health } from '../health/health.ts';
import {
  lockConditions,
  readConditions,
  readNotices,
  removeNotices,
  saveConditions,
  saveNotices,
} from '../store/alerts/conditions.ts';
import { type AlertFacts, alertFacts } from '../store/alerts/facts.ts';
import { readReceivers, releaseLease, takeLease } from '../store/alerts/receivers.ts';
import type { Db } from '../store/database/database.ts';
import { type Advanced, advance, type Change, type Seen } from './conditions.ts';
import { noticeAfter, type Route } from './notices.ts';
import { seenOf } from './observe.ts';

export interface EvaluatorOptions {
  db: Db;
  routes: readonly Route[];
  connections(): string[];
  limits: { deadLetters: number; backlog: number };
  /** Null while it is not known yet. */
  health(): Health | null;
  owner: string;
  now(): number;
  log: Logger;
}

/** A process that dies while it evaluates is replaced after this time, ms. The lease is renewed at half of it. */
const LEASE_MS = 60_000;
const LEASE = 'evaluate';
/** How often the counts are read, ms: a long backlog makes them cost some ms. */
const FACTS_MS = 30_000;

/** Turns what is wrong now into notices for the receivers, in one process of a fleet. */
export class AlertEvaluator {
  readonly #options: EvaluatorOptions;
  #facts: AlertFacts[] | null = null;
  #factsReadAt = Number.NEGATIVE_INFINITY;
  /** When the lease was last renewed; null without it. */
  #leasedAt: number | null = null;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /** One evaluation. Writes only where something has changed. */
  async evaluate(): Promise<void> {
    const { db, now } = this.#options;
    if (!(await this.#holdLease())) return;
    const seen = await this.#seen();
    if (isEmpty(advance(await readConditions(db), seen, now()))) return;
    await db.transaction().execute(async (trx) => {
      await lockConditions(trx);
      const advanced = advance(await readConditions(trx), seen, now());
      await saveConditions(trx, advanced.saved, advanced.removed);
      await this.#announce(trx, advanced.changes);
    });
  }

  /** Lets another process evaluate. */
  async release(): Promise<void> {
    if (this.#leasedAt === null) return;
    this.#leasedAt = null;
    await releaseLease(this.#options.db, LEASE, this.#options.owner).catch(() => {});
  }

  /** Without a write as long as the lease is fresh, so that an idle disk stays idle. */
  async #holdLease(): Promise<boolean> {
    const { db, owner, now } = this.#options;
    if (this.#leasedAt !== null && now() - this.#leasedAt < LEASE_MS / 2) return true;
    const isHeld = await takeLease(db, LEASE, owner, LEASE_MS);
    this.#leasedAt = isHeld ? now() : null;
    return isHeld;
  }

  async #seen(): Promise<Seen> {
    const { db, routes, limits, health, now } = this.#options;
    await this.#readFacts();
    const names = routes.map(({ name }) => name);
    const receivers = await readReceivers(db, names);
    return seenOf({ health: health(), facts: this.#facts, limits, receivers, now: now() });
  }

  async #readFacts(): Promise<void> {
    const { db, connections, limits, now, log } = this.#options;
    if (now() - this.#factsReadAt < FACTS_MS) return;
    this.#factsReadAt = now();
    try {
      this.#facts = await alertFacts(db, connections(), limits, now());
    } catch (error) {
      this.#facts = null;
      log.warn({ err: error }, 'the counts for the alerts could not be read');
    }
  }

  async #announce(trx: Db, changes: Change[]): Promise<void> {
    const { routes, now } = this.#options;
    if (changes.length === 0) return;
    const stored = await readNotices(
      trx,
      routes.map(({ name }) => name),
    );
    const existing = new Map(stored.map(({ notice }) => [`${notice.receiver} ${notice.key}`, notice]));
    for (const route of routes) {
      for (const change of changes) {
        const before = existing.get(`${route.name} ${change.condition.key}`) ?? null;
        const after = noticeAfter(before, change, route, now());
        if (after && after !== before) await saveNotices(trx, [after]);
        else if (before && !after) await removeNotices(trx, [before]);
      }
    }
  }
}

function isEmpty({ saved, removed, changes }: Advanced): boolean {
  return saved.length === 0 && removed.length === 0 && changes.length === 0;
}
