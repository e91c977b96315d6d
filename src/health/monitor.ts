import { statfs } from 'node:fs/promises';
import { withTimeout } from '../lib/timeout.ts';
import { type ConnectionAccounts, connectionAccounts, saveWorkspaces } from '../store/connections/catalog.ts';
import { totalsSince, totalsSinceEach } from '../store/counts/rolled-counts.ts';
import type { Db } from '../store/database/database.ts';
import { type DiskSample, readDiskSamples, SAMPLES_OF_MS } from '../store/health/disk-samples.ts';
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
import { type Fingerprints, fingerprintsOf } from './credentials.ts';
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
import { JudgementRounds } from './judgement-rounds.ts';
import { ProbeStarter } from './probe-starter.ts';
import { PROBE_TIMES, type ProbeTimes, probeTimesFor } from './probes.ts';
import { ABANDONED_MS, readHealth, type StoredHealth } from './recent-health.ts';
import { withSince } from './since.ts';

export interface HealthTimes {
  /** How often the rounds of the judgement begin, ms. */
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
  /** Rejects where the database cannot be opened. */
  db(): Promise<Db>;
  publicUrl(): string | null;
  /** The data folder, whose disk is watched; null with a PostgreSQL server. */
  dataDir: string | null;
  /** How large the database may become, bytes; null where that is not said. */
  databaseSizeLimit: number | null;
  /** The stored connections that this process cannot use. */
  unreadable(): InstallationFacts['unreadable'];
  now(): number;
  times?: Partial<HealthTimes>;
  onError(error: unknown): void;
}

/**
 * - `created`: nothing is judged yet.
 * - `running`: a round of the judgement begins every few seconds.
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
  readonly #watches = new Map<string, ConnectionWatch>();
  readonly #fingerprints = new Map<string, Fingerprints>();
  readonly #clock: ClockOffset;
  readonly #rounds = new JudgementRounds();
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
  #accounts: ConnectionAccounts[] = [];
  #diskSamples: DiskSample[] = [];
  #notStoredAt: number | null = null;
  #lastDatabase: Pick<InstallationFacts, 'databaseMs' | 'databaseError'> = {
    databaseMs: null,
    databaseError: null,
  };

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
    this.#times = { ...HEALTH_TIMES, ...options.times };
    this.#clock = new ClockOffset(() => this.#times.wallNow());
    this.#evidence = new EvidenceLog({
      fingerprints: this.#fingerprints,
      now: options.now,
      store: async (evidence) => addEvidence(await options.db(), evidence),
    });
  }

  /** Judges this connection, too, from the next round on. */
  add(connection: WatchedConnection): void {
    const { config } = connection;
    this.#fingerprints.set(config.name, fingerprintsOf(config, this.#options.publicUrl()));
    this.#watches.set(config.name, this.#watch(connection));
  }

  /** A round under way may still judge it, which is neither shown nor stored. */
  remove(name: string): void {
    this.#watches.delete(name);
    this.#fingerprints.delete(name);
    this.#connections.delete(name);
    this.#rounds.remove(name);
    this.#evidence.refresh([name], []);
    this.#savedAt.delete(name);
    this.#unanswered.delete(name);
    this.#accounts = this.#accounts.filter(({ connection }) => connection !== name);
  }

  #watch(connection: WatchedConnection): ConnectionWatch {
    const { publicUrl, now } = this.#options;
    return new ConnectionWatch({
      connection,
      evidence: this.#evidence,
      times: () => probeTimesFor(this.#times.probes, this.#watches.size),
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

  /** Resolves when the round under way has ended and the last evidence is stored, or seconds later without a database. */
  async stop(): Promise<void> {
    const wasRunning = this.#state === 'running';
    this.#setState('stopped');
    if (this.#timer) clearTimeout(this.#timer);
    if (!wasRunning) return;
    const storing = this.#round.then(() => this.#evidence.flush(true));
    const seconds = DATABASE_TIMEOUT_MS / 1000;
    const message = `What was seen of the connections could not be stored within ${seconds} s.`;
    await withTimeout(storing, DATABASE_TIMEOUT_MS, message).catch(this.#options.onError);
  }

  /** A paused connection has no part in the light of all: nothing is wrong with it. */
  current(): Health {
    const connections = [...this.#watches.values()].map((watch) =>
      watch.pausedAt === null
        ? (this.#connections.get(watch.name) ?? unjudged(watch.name))
        : paused(watch.name, watch.pausedAt),
    );
    const running = connections.filter(({ connection }) => this.#watches.get(connection)!.pausedAt === null);
    const lights = [this.#installation.light, ...running.map(({ light }) => light)];
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
    this.#watches.get(connection)?.onWebhook();
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
    const watches = this.#rounds.next([...this.#watches.values()], this.#options.now());
    const stored = await this.#readDatabase(watches);
    const judged = new Set<string>();
    const probes = new ProbeStarter();
    for (const watch of watches) {
      const facts = await watch.facts(stored?.of(watch.name) ?? null, this.#clock.ms);
      if (facts === null) continue;
      judged.add(watch.name);
      const old = this.#connections.get(watch.name) ?? stored?.judged.get(watch.name)?.health ?? null;
      const sides = judgeConnection(facts).map((side) => withSince(side, sideOf(old, side.side), facts.now));
      this.#connections.set(watch.name, healthOf(watch.name, sides, old, facts.now));
      if (this.#options.now() - this.#startedAt >= this.#times.firstProbeMs)
        probes.add(watch, new Set(sides.flatMap(({ items }) => items).map(({ code }) => code)));
    }
    probes.start(this.#times.judgeEveryMs, () => this.#state === 'running');
    if (stored) this.#takeOthers(watches, stored, judged);
    this.#installation = withSince(
      { side: 'installation', items: judgeInstallation(await this.#installationFacts()), proofs: [] },
      this.#installation,
      this.#options.now(),
    );
    this.#hasJudged = true;
    if (stored) await this.#save(judged);
  }

  #takeOthers(
    watches: ConnectionWatch[],
    { judged: stored, own }: StoredRound,
    judged: ReadonlySet<string>,
  ): void {
    const now = this.#options.now();
    for (const { name, pausedAt } of watches) {
      if (judged.has(name) || own.has(name) || pausedAt !== null || !this.#watches.has(name)) continue;
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
      if (!this.#watches.has(name)) return false;
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

  async #readDatabase(watches: ConnectionWatch[]): Promise<StoredRound | null> {
    const names = watches.map(({ name }) => name);
    const here = watches.filter(({ isRunHere }) => isRunHere).map(({ name }) => name);
    const started = performance.now();
    try {
      return await this.#guarded(async (db) => {
        this.#evidence.refresh(names, await readEvidence(db, names));
        this.#lastDatabase = { databaseMs: performance.now() - started, databaseError: null };
        await this.#evidence.flush();
        await this.#readCounts(db);
        const work = new Map(
          (await workAges(db, here, this.#options.now())).map((age) => [age.connection, age]),
        );
        // What this process judges itself is read once, after the start: since when each light has its colour.
        const own = new Set(here.filter((name) => this.#connections.has(name)));
        const read = names.filter((name) => !own.has(name));
        return { of: (name) => this.#storedFacts(name, work), judged: await readHealth(db, read), own };
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

  /** Moves and sent events of a week, the events since the last report, and how the disk has filled. */
  async #readCounts(db: Db): Promise<void> {
    const now = this.#options.now();
    if (this.#counts && now - this.#counts.at < COUNTS_EVERY_MS) return;
    const all = [...this.#watches.keys()];
    const names = [...this.#watches.values()].filter(({ isRunHere }) => isRunHere).map(({ name }) => name);
    await saveWorkspaces(db, this.#readWorkspaces());
    this.#accounts = await connectionAccounts(db, all);
    this.#diskSamples = await readDiskSamples(db, now - SAMPLES_OF_MS);
    const totals = await totalsSince(db, names, now - WEEK_MS);
    const of = (metric: string) =>
      new Map(
        totals.flatMap((total) =>
          total.metric === metric ? [[total.connection, total.count] as const] : [],
        ),
      );
    this.#counts = { at: now, moves: of('moves'), sent: of('sent') };
    const verifiedAt = new Map(
      names.flatMap((name) => {
        const at = this.#evidence.facts(name).current.get('signing_key')?.at;
        return at === undefined ? [] : [[name, at] as const];
      }),
    );
    const sent = await totalsSinceEach(db, 'sent', verifiedAt);
    for (const [name, since] of verifiedAt)
      this.#unanswered.set(name, { events: sent.get(name) ?? 0, since });
  }

  #readWorkspaces(): Map<string, number> {
    return new Map(
      [...this.#watches.values()].flatMap(({ name, workspaceId }) =>
        workspaceId === null ? [] : [[name, workspaceId] as const],
      ),
    );
  }

  async #guarded<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const run = async () => work(await this.#options.db());
    return withTimeout(run(), DATABASE_TIMEOUT_MS, `it took longer than ${DATABASE_TIMEOUT_MS / 1000} s`);
  }

  async #installationFacts(): Promise<InstallationFacts> {
    return {
      now: this.#options.now(),
      ...this.#lastDatabase,
      disk: await diskOf(this.#options.dataDir),
      databaseSizeLimit: this.#options.databaseSizeLimit,
      diskSamples: this.#diskSamples,
      clockOffsetMs: this.#clock.ms,
      notStoredAt: this.#notStoredAt,
      unreadable: this.#options.unreadable(),
      accounts: this.#accounts,
    };
  }
}

interface StoredRound {
  of(name: string): StoredFacts;
  /** The last judgements, but for `own`. */
  judged: Map<string, StoredHealth>;
  /** Those that this process has judged before, and so need not be read. */
  own: ReadonlySet<string>;
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

/** Nobody judges it, so that alerts neither begin nor end. */
function paused(connection: string, since: number): ConnectionHealth {
  const item = draft('connection_paused', connection, `${connection} is paused. Its webhooks are stored.`);
  const side = { side: 'rules', light: 'unknown', since, items: [{ ...item, since }], proofs: [] } as const;
  return {
    connection,
    light: 'unknown',
    since,
    judgedAt: null,
    sides: [{ ...side, items: [...side.items], proofs: [] }],
  };
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
