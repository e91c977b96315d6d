import { statfs } from 'node:fs/promises';
import { withTimeout } from '../lib/timeout.ts';
import { accountIds } from '../store/connections/catalog.ts';
import { totalsSince } from '../store/counts/rolled-counts.ts';
import type { Db } from '../store/database/database.ts';
import { addEvidence, readEvidence } from '../store/health/evidence.ts';
import { saveJudgements } from '../store/health/judgements.ts';
import { type WorkAge, workAges } from '../store/health/work-age.ts';
import { ClockOffset } from './clock-offset.ts';
import { draft } from './codes.ts';
import {
  ConnectionWatch,
  type StoredFacts,
  type WatchedCall,
  type WatchedConnection,
} from './connection-watch.ts';
import { fingerprintsOf } from './credentials.ts';
import { EvidenceLog } from './evidence-log.ts';
import type { EvidenceName, InstallationFacts } from './facts.ts';
import {
  type ConnectionHealth,
  type Health,
  type HealthItem,
  type SideHealth,
  worstLight,
} from './health.ts';
import { judgeInstallation } from './judge/installation.ts';
import { judgeConnection } from './judge/judge.ts';
import { PROBE_TIMES, type ProbeTimes } from './probes.ts';
import { ABANDONED_MS, readHealth, type StoredHealth } from './recent-health.ts';
import { withSince } from './since.ts';

export interface HealthTimes {
  /** How often everything is judged, ms. */
  judgeEveryMs: number;
  /** How long after the start the probes begin, ms: they must not slow the start down. */
  firstProbeMs: number;
  probes: ProbeTimes;
  /** The time of day of this machine, ms, for the comparison with the other sides' clocks. */
  wallNow(): number;
}

export const HEALTH_TIMES: HealthTimes = {
  judgeEveryMs: 3_000,
  firstProbeMs: 1_500,
  probes: PROBE_TIMES,
  wallNow: () => Date.now(),
};

export interface HealthMonitorOptions {
  connections: WatchedConnection[];
  /** Rejects where the database cannot be opened. */
  db(): Promise<Db>;
  publicUrl(): string | null;
  /** The data folder, whose disk is watched; null with a PostgreSQL server. */
  dataDir: string | null;
  now(): number;
  times?: Partial<HealthTimes>;
  onError(error: unknown): void;
}

/**
 * - `created`: nothing is judged yet.
 * - `running`: everything is judged every few seconds.
 * - `stopped`: nothing is judged any more; the last health stays readable.
 *
 * `start` leads from `created` to `running`, `stop` from both to `stopped`.
 */
type MonitorState = 'created' | 'running' | 'stopped';

/** A database that takes longer than this counts as away, ms. */
const DATABASE_TIMEOUT_MS = 5_000;
/** How often an unchanged judgement is stored, ms. */
const HEARTBEAT_MS = 15_000;
/** How often the counts of a week are read, ms: they change slowly. */
const COUNTS_EVERY_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

/**
 * Judges the connections that this process runs and the installation, every few seconds, and reads what other processes
 * say about the others.
 */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #times: HealthTimes;
  readonly #evidence: EvidenceLog;
  readonly #watches: Map<string, ConnectionWatch>;
  readonly #clock: ClockOffset;
  #state: MonitorState = 'created';
  #hasJudged = false;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  /** When the monitor began, ms: connections that nobody has judged yet get some time. */
  #startedAt = 0;
  #connections = new Map<string, ConnectionHealth>();
  #installation: SideHealth = { side: 'installation', light: 'unknown', since: 0, items: [], proofs: [] };
  #savedAt = new Map<string, number>();
  #counts: { at: number; moves: Map<string, number>; sent: Map<string, number> } | null = null;
  #unanswered = new Map<string, StoredFacts['unanswered']>();
  #accounts = new Map<string, number>();
  #notStoredAt: number | null = null;
  #lastDatabase: Pick<InstallationFacts, 'databaseMs' | 'databaseError'> = {
    databaseMs: null,
    databaseError: null,
  };

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
    this.#times = { ...HEALTH_TIMES, ...options.times };
    this.#clock = new ClockOffset(() => this.#times.wallNow());
    const { connections, publicUrl, now } = options;
    this.#evidence = new EvidenceLog({
      fingerprints: new Map(
        connections.map(({ config }) => [config.name, fingerprintsOf(config, publicUrl())]),
      ),
      now,
      store: async (evidence) => addEvidence(await options.db(), evidence),
    });
    this.#watches = new Map(
      connections.map((connection) => [connection.config.name, this.#watch(connection)]),
    );
  }

  #watch(connection: WatchedConnection): ConnectionWatch {
    const { publicUrl, now } = this.#options;
    return new ConnectionWatch({
      connection,
      evidence: this.#evidence,
      times: this.#times.probes,
      publicUrl,
      now,
      onDate: (date) => this.#clock.note(date),
    });
  }

  start(): void {
    if (this.#state !== 'created') return;
    this.#setState('running');
    this.#startedAt = this.#options.now();
    this.#schedule(0);
  }

  /** Resolves when the round under way has ended and the last evidence is stored. */
  async stop(): Promise<void> {
    const wasRunning = this.#state === 'running';
    this.#setState('stopped');
    if (this.#timer) clearTimeout(this.#timer);
    await this.#round;
    if (wasRunning) await this.#evidence.flush(true).catch(this.#options.onError);
  }

  current(): Health {
    const connections = [...this.#watches.keys()].map(
      (name) => this.#connections.get(name) ?? unjudged(name),
    );
    const lights = [this.#installation.light, ...connections.map(({ light }) => light)];
    const at = this.#options.now();
    return { light: worstLight(lights), at, installation: this.#installation, connections };
  }

  /** Whether everything was judged once. */
  get hasJudged(): boolean {
    return this.#hasJudged;
  }

  /** To be called after each call of a connection's clients. */
  onCall(connection: string, call: WatchedCall): void {
    this.#watches.get(connection)?.onCall(call);
  }

  /** To be called for each webhook that was stored or refused, but not for tests that Stagepost sends to itself. */
  onWebhook(connection: string, name: EvidenceName, detail: string | null = null): void {
    this.#evidence.note(connection, name, detail);
  }

  /** To be called when a webhook could not be stored. */
  onNotStored(): void {
    this.#notStoredAt = this.#options.now();
  }

  /** To be called when something in the accounts was changed, so that the next round reads it. */
  invalidate(connection: string): void {
    this.#watches.get(connection)?.invalidate();
  }

  #setState(state: MonitorState): void {
    this.#state = state;
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#round = this.#judge()
        .catch(this.#options.onError)
        .then(() => {
          if (this.#state === 'running') this.#schedule(this.#times.judgeEveryMs);
        });
    }, ms);
    // The monitor must not keep a process alive that has nothing else to do.
    this.#timer.unref();
  }

  async #judge(): Promise<void> {
    const stored = await this.#readDatabase();
    const judged = new Set<string>();
    for (const watch of this.#watches.values()) {
      const facts = await watch.facts(stored?.of(watch.name) ?? null, this.#clock.ms);
      if (facts === null) continue;
      judged.add(watch.name);
      const old = this.#connections.get(watch.name) ?? stored?.judged.get(watch.name)?.health ?? null;
      const sides = judgeConnection(facts).map((side) => withSince(side, sideOf(old, side.side), facts.now));
      this.#connections.set(watch.name, healthOf(watch.name, sides, old, facts.now));
      if (this.#options.now() - this.#startedAt >= this.#times.firstProbeMs)
        watch.probe(new Set(sides.flatMap(({ items }) => items).map(({ code }) => code)));
    }
    if (stored) this.#takeOthers(stored.judged, judged);
    this.#installation = withSince(
      { side: 'installation', items: judgeInstallation(await this.#installationFacts()), proofs: [] },
      this.#installation,
      this.#options.now(),
    );
    this.#hasJudged = true;
    if (stored) await this.#save(judged);
  }

  #takeOthers(stored: ReadonlyMap<string, StoredHealth>, judged: ReadonlySet<string>): void {
    const now = this.#options.now();
    for (const name of this.#watches.keys()) {
      if (judged.has(name)) continue;
      const other = stored.get(name);
      const isAbandoned = (other?.ageMs ?? Number.POSITIVE_INFINITY) > ABANDONED_MS;
      if (other && !isAbandoned) this.#connections.set(name, other.health);
      else if (now - this.#startedAt > ABANDONED_MS)
        this.#connections.set(name, abandoned(name, other?.health ?? null, this.#connections.get(name), now));
    }
  }

  async #save(judged: ReadonlySet<string>): Promise<void> {
    const now = this.#options.now();
    const due = [...judged].filter((name) => {
      const savedAt = this.#savedAt.get(name);
      return savedAt === undefined || now - savedAt >= HEARTBEAT_MS || this.#hasChangedSince(name, savedAt);
    });
    if (due.length === 0) return;
    await this.#guarded(async (db) =>
      saveJudgements(
        db,
        due.map((name) => ({ connection: name, judgement: this.#connections.get(name)! })),
      ),
    );
    for (const name of due) this.#savedAt.set(name, now);
  }

  #hasChangedSince(name: string, at: number): boolean {
    const { since, sides } = this.#connections.get(name)!;
    return (
      since >= at || sides.some((side) => side.since >= at || side.items.some((item) => item.since >= at))
    );
  }

  async #readDatabase(): Promise<StoredRound | null> {
    const names = [...this.#watches.keys()];
    const here = [...this.#watches.values()].filter(({ isRunHere }) => isRunHere).map(({ name }) => name);
    const started = performance.now();
    try {
      return await this.#guarded(async (db) => {
        this.#evidence.refresh(await readEvidence(db, names));
        this.#lastDatabase = { databaseMs: performance.now() - started, databaseError: null };
        await this.#evidence.flush();
        await this.#readCounts(db, names, here);
        const work = new Map(
          (await workAges(db, here, this.#options.now())).map((age) => [age.connection, age]),
        );
        return { of: (name) => this.#storedFacts(name, work), judged: await readHealth(db, names) };
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : 'it does not answer';
      this.#lastDatabase = { databaseMs: null, databaseError: message };
      return null;
    }
  }

  #storedFacts(name: string, work: ReadonlyMap<string, WorkAge>): StoredFacts {
    return {
      work: work.get(name) ?? null,
      moves: this.#counts?.moves.get(name) ?? 0,
      sent: this.#counts?.sent.get(name) ?? 0,
      unanswered: this.#unanswered.get(name) ?? null,
    };
  }

  /** Moves and sent events of a week, and the events since the last report. */
  async #readCounts(db: Db, all: string[], names: string[]): Promise<void> {
    const now = this.#options.now();
    if (this.#counts && now - this.#counts.at < COUNTS_EVERY_MS) return;
    this.#accounts = await accountIds(db, all);
    const totals = await totalsSince(db, names, now - WEEK_MS);
    const of = (metric: string) =>
      new Map(
        totals.flatMap((total) =>
          total.metric === metric ? [[total.connection, total.count] as const] : [],
        ),
      );
    this.#counts = { at: now, moves: of('moves'), sent: of('sent') };
    for (const name of names) {
      const verifiedAt = this.#evidence.facts(name).current.get('signing_key')?.at ?? null;
      if (verifiedAt === null) continue;
      const sent = (await totalsSince(db, [name], verifiedAt)).find(({ metric }) => metric === 'sent');
      this.#unanswered.set(name, { events: sent?.count ?? 0, since: verifiedAt });
    }
  }

  async #guarded<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const run = async () => work(await this.#options.db());
    return withTimeout(run(), DATABASE_TIMEOUT_MS, `it took longer than ${DATABASE_TIMEOUT_MS / 1000} s`);
  }

  async #installationFacts(): Promise<InstallationFacts> {
    const accounts = [...this.#accounts].map(([connection, account]) => ({ connection, account }));
    return {
      now: this.#options.now(),
      ...this.#lastDatabase,
      disk: await diskOf(this.#options.dataDir),
      clockOffsetMs: this.#clock.ms,
      notStoredAt: this.#notStoredAt,
      accounts,
    };
  }
}

interface StoredRound {
  of(name: string): StoredFacts;
  judged: Map<string, StoredHealth>;
}

function sideOf(health: ConnectionHealth | null, name: SideHealth['side']): SideHealth | null {
  return health?.sides.find(({ side }) => side === name) ?? null;
}

function healthOf(
  connection: string,
  sides: SideHealth[],
  before: ConnectionHealth | null,
  now: number,
): ConnectionHealth {
  const light = worstLight(sides.map((side) => side.light));
  return { connection, light, since: before?.light === light ? before.since : now, judgedAt: now, sides };
}

function unjudged(connection: string): ConnectionHealth {
  return { connection, light: 'unknown', since: 0, judgedAt: null, sides: [] };
}

/** What was last known of a connection that no process judges any more, and that this is so. */
function abandoned(
  connection: string,
  stored: ConnectionHealth | null,
  shown: ConnectionHealth | undefined,
  now: number,
): ConnectionHealth {
  const item = draft('connection_not_run', connection, `No process runs ${connection}.`);
  const sides = (['kommo', 'customerio', 'rules'] as const).map((side) => {
    const last = sideOf(stored, side);
    const items: HealthItem[] = last?.items.filter(({ code }) => code !== item.code) ?? [];
    const proofs = last?.proofs ?? [];
    const before = sideOf(shown ?? null, side);
    return withSince({ side, items: side === 'rules' ? [item, ...items] : items, proofs }, before, now);
  });
  return { ...healthOf(connection, sides, shown ?? null, now), judgedAt: stored?.judgedAt ?? null };
}

async function diskOf(folder: string | null): Promise<InstallationFacts['disk']> {
  if (folder === null) return null;
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
