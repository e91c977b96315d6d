import { statfs } from 'node:fs/promises';
import { en } from '../languages/en.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { Db } from '../store/database/database.ts';
import { addEvidence } from '../store/health/evidence.ts';
import { saveJudgements } from '../store/health/judgements.ts';
import { ClockOffset } from './clock-offset.ts';
import { draft } from './codes.ts';
import { ConnectionWatch, type WatchedCall, type WatchedConnection } from './connection-watch.ts';
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
import { ABANDONED_MS } from './recent-health.ts';
import { withSince } from './since.ts';
import { DATABASE_TIMEOUT_MS, inTime, StoredFactsReader, type StoredRound } from './stored-facts.ts';

const { messages } = en.health;

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

/** How often an unchanged judgement is stored, ms. */
const HEARTBEAT_MS = 15_000;

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
  readonly #stored: StoredFactsReader;
  #state: MonitorState = 'created';
  #hasJudged = false;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  /** When the monitor began, ms: connections that nobody has judged yet get some time. */
  #startedAt = 0;
  #connections = new Map<string, ConnectionHealth>();
  #installation: SideHealth = { side: 'installation', light: 'unknown', since: 0, items: [], proofs: [] };
  #savedAt = new Map<string, number>();
  #notStoredAt: number | null = null;

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
    this.#times = { ...HEALTH_TIMES, ...options.times };
    this.#clock = new ClockOffset(() => this.#times.wallNow());
    this.#evidence = new EvidenceLog({
      fingerprints: this.#fingerprints,
      now: options.now,
      store: async (evidence) => addEvidence(await options.db(), evidence),
    });
    this.#stored = new StoredFactsReader({ db: options.db, evidence: this.#evidence, now: options.now });
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
    this.#stored.remove(name);
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
    const own = new Set(this.#connections.keys());
    const stored = await this.#stored.read(watches, [...this.#watches.values()], own);
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
    const judgements = due.map((name) => ({ connection: name, judgement: this.#connections.get(name)! }));
    await inTime(async () => saveJudgements(await this.#options.db(), judgements));
    for (const name of due) this.#savedAt.set(name, now);
  }

  #hasChangedSince(name: string, at: number): boolean {
    const { since, sides } = this.#connections.get(name)!;
    return (
      since >= at || sides.some((side) => side.since >= at || side.items.some((item) => item.since >= at))
    );
  }

  async #installationFacts(): Promise<InstallationFacts> {
    return {
      now: this.#options.now(),
      ...this.#stored.installation,
      disk: await diskOf(this.#options.dataDir),
      databaseSizeLimit: this.#options.databaseSizeLimit,
      clockOffsetMs: this.#clock.ms,
      notStoredAt: this.#notStoredAt,
      unreadable: this.#options.unreadable(),
    };
  }
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
  const item = draft('connection_paused', connection, messages.connectionPaused(connection));
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
  const item = draft('connection_not_run', connection, messages.connectionNotRun(connection));
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
