import { withTimeout } from '../lib/timeout.ts';
import { connectionAccounts, saveWorkspaces } from '../store/connections/catalog.ts';
import { totalsSince, totalsSinceEach } from '../store/counts/rolled-counts.ts';
import type { Db } from '../store/database/database.ts';
import { readDiskSamples, SAMPLES_OF_MS } from '../store/health/disk-samples.ts';
import { readEvidence } from '../store/health/evidence.ts';
import { type WorkAge, workAges } from '../store/health/work-age.ts';
import type { ConnectionWatch, StoredFacts } from './connection-watch.ts';
import type { EvidenceLog } from './evidence-log.ts';
import type { InstallationFacts } from './facts.ts';
import { readHealth, type StoredHealth } from './recent-health.ts';

/** A database that takes longer than this counts as away, ms. */
export const DATABASE_TIMEOUT_MS = 5_000;
/** How often the counts of a week are read, ms: they change slowly. */
const COUNTS_EVERY_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

/** What the database says about the connections of a round. */
export interface StoredRound {
  of(name: string): StoredFacts;
  /** The last judgements, but for `own`. */
  judged: Map<string, StoredHealth>;
  /** Those that this process runs and has judged before, and so need not be read. */
  own: ReadonlySet<string>;
}

interface StoredFactsReaderOptions {
  /** Rejects where the database cannot be opened. */
  db(): Promise<Db>;
  evidence: EvidenceLog;
  now(): number;
}

/** What the judgement takes from the database. Whether the database answers is one of the facts. */
export class StoredFactsReader {
  readonly #options: StoredFactsReaderOptions;
  #countsReadAt: number | null = null;
  #moves: ReadonlyMap<string, number> = new Map();
  #sent: ReadonlyMap<string, number> = new Map();
  readonly #unanswered = new Map<string, StoredFacts['unanswered']>();
  #installation: Pick<InstallationFacts, 'databaseMs' | 'databaseError' | 'diskSamples' | 'accounts'> = {
    databaseMs: null,
    databaseError: null,
    diskSamples: [],
    accounts: [],
  };

  constructor(options: StoredFactsReaderOptions) {
    this.#options = options;
  }

  /** About the installation, as it was last read. */
  get installation() {
    return this.#installation;
  }

  remove(name: string): void {
    this.#unanswered.delete(name);
    const accounts = this.#installation.accounts.filter(({ connection }) => connection !== name);
    this.#installation = { ...this.#installation, accounts };
  }

  /**
   * @param watches the connections of the round
   * @param all all connections
   * @param judged the connections that this process has a judgement of
   * @returns null where the database does not answer, which `installation` says then
   */
  async read(
    watches: readonly ConnectionWatch[],
    all: readonly ConnectionWatch[],
    judged: ReadonlySet<string>,
  ): Promise<StoredRound | null> {
    const { db, evidence, now } = this.#options;
    const names = watches.map(({ name }) => name);
    const here = namesRunHere(watches);
    const started = performance.now();
    try {
      return await inTime(async () => {
        const opened = await db();
        evidence.refresh(names, await readEvidence(opened, names));
        this.#noteDatabase(performance.now() - started, null);
        await evidence.flush();
        await this.#readCounts(opened, all);
        const ages = await workAges(opened, here, now());
        const work = new Map(ages.map((age) => [age.connection, age]));
        // What this process judges itself is read once, after the start: since when each light has its colour.
        const own = new Set(here.filter((name) => judged.has(name)));
        const read = names.filter((name) => !own.has(name));
        return { of: (name) => this.#factsOf(name, work), judged: await readHealth(opened, read), own };
      });
    } catch (error) {
      this.#noteDatabase(null, error instanceof Error ? error.message : 'it does not answer');
      return null;
    }
  }

  #noteDatabase(databaseMs: number | null, databaseError: string | null): void {
    this.#installation = { ...this.#installation, databaseMs, databaseError };
  }

  #factsOf(name: string, work: ReadonlyMap<string, WorkAge>): StoredFacts {
    return {
      work: work.get(name) ?? null,
      moves: this.#moves.get(name) ?? 0,
      sent: this.#sent.get(name) ?? 0,
      unanswered: this.#unanswered.get(name) ?? null,
    };
  }

  /** Moves and sent events of a week, the events since the last report, and how the disk has filled. */
  async #readCounts(db: Db, all: readonly ConnectionWatch[]): Promise<void> {
    const now = this.#options.now();
    if (this.#countsReadAt !== null && now - this.#countsReadAt < COUNTS_EVERY_MS) return;
    await saveWorkspaces(db, workspacesOf(all));
    const accounts = await connectionAccounts(
      db,
      all.map(({ name }) => name),
    );
    const diskSamples = await readDiskSamples(db, now - SAMPLES_OF_MS);
    this.#installation = { ...this.#installation, accounts, diskSamples };
    const names = namesRunHere(all);
    const totals = await totalsSince(db, names, now - WEEK_MS);
    const of = (metric: string) =>
      new Map(
        totals.filter((total) => total.metric === metric).map(({ connection, count }) => [connection, count]),
      );
    this.#moves = of('moves');
    this.#sent = of('sent');
    this.#countsReadAt = now;
    await this.#readUnanswered(db, names);
  }

  /** The events that were sent since a report was last verified. */
  async #readUnanswered(db: Db, names: readonly string[]): Promise<void> {
    const verifiedAt = new Map(
      names.flatMap((name) => {
        const at = this.#options.evidence.facts(name).current.get('signing_key')?.at;
        return at === undefined ? [] : [[name, at] as const];
      }),
    );
    const sent = await totalsSinceEach(db, 'sent', verifiedAt);
    for (const [name, since] of verifiedAt)
      this.#unanswered.set(name, { events: sent.get(name) ?? 0, since });
  }
}

/**
 * Work on the database that counts as failed after some seconds.
 * @throws Error where it took longer
 */
export async function inTime<T>(work: () => Promise<T>): Promise<T> {
  return withTimeout(work(), DATABASE_TIMEOUT_MS, `it took longer than ${DATABASE_TIMEOUT_MS / 1000} s`);
}

function namesRunHere(watches: readonly ConnectionWatch[]): string[] {
  return watches.filter(({ isRunHere }) => isRunHere).map(({ name }) => name);
}

/** The workspaces that are known, by connection. */
function workspacesOf(watches: readonly ConnectionWatch[]): Map<string, number> {
  return new Map(
    watches.flatMap(({ name, workspaceId }) => (workspaceId === null ? [] : [[name, workspaceId] as const])),
  );
}
