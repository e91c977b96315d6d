import { type ConnectionConfig, pausedSince, type RulesConfig } from '../config/index.ts';
import { neededEvents } from '../doctor/reporting.ts';
import type { Catalog } from '../domain/entities.ts';
import { readToken, withOptions } from '../kommo/index.ts';
import type { WorkAge } from '../store/health/work-age.ts';
import { ApiState, customerioFailure, isOptional, kommoFailure, thrownFailure } from './api-state.ts';
import type { EvidenceLog } from './evidence-log.ts';
import type { ConnectionFacts, GrantFacts, LaneFacts, RulesFacts } from './facts.ts';
import {
  ConnectionProbes,
  type ProbeClients,
  type ProbeName,
  type ProbeNeeds,
  type ProbeTimes,
} from './probes.ts';

/** A call that has ended, as `openClients` reports it. */
export type WatchedCall =
  | { api: 'kommo'; path: string; status: number | null; date: string | null; error?: Error | undefined }
  | {
      api: 'track' | 'app';
      path: string;
      status: number | null;
      date: string | null;
      failure: string | null;
    };

type LaneName = 'planning' | 'kommo' | 'customerio';

/** How this process runs a connection. */
export type RunState =
  | {
      state: 'running';
      lanes: Record<LaneName, Pick<LaneFacts, 'state' | 'reason'>> | null;
      rulesTrouble: string | null;
      /** When Kommo's events log was last read to its end, ms. */
      logReadAt: number | null;
    }
  | { state: 'waiting'; reason: string };

/** A connection as the monitor needs it; made by the composition root. */
export interface WatchedConnection {
  config: ConnectionConfig;
  /** Null where this process does not run it, or has not started it yet. */
  run(): RunState | null;
  /** Null where this process does not run it. */
  clients(): (Omit<ProbeClients, 'kommo'> & { kommo: Parameters<typeof withOptions>[0] }) | null;
  /** What this process last read of the Kommo account; null where it does not run the connection. */
  catalog(): Catalog | null;
  /** Access that was granted by OAuth; null with a long-lived token, and before it was read. */
  grant(): GrantFacts | null;
  /** The active rules and their version; 0: none is published, null: those of the file. @throws where they cannot be read */
  rules(): Promise<{ rules: RulesConfig; version: number | null }>;
}

export interface ConnectionWatchOptions {
  connection: WatchedConnection;
  evidence: EvidenceLog;
  times(): ProbeTimes;
  publicUrl(): string | null;
  now(): number;
  /** Called with the `Date` of each answer, and when it came. */
  onDate(date: string | null): void;
}

/** What the database knows of one connection. */
export interface StoredFacts {
  work: WorkAge | null;
  moves: number;
  sent: number;
  unanswered: ConnectionFacts['unanswered'];
}

/** A move without a webhook is shown after this time, ms: Kommo usually calls within seconds. */
const SILENT_MS = 30_000;
/** The two clocks may differ by this much after they were compared, and a webhook may overtake the log, ms. */
const CLOCK_SLACK_MS = 10_000;
/** A webhook within this time, ms, proves that webhooks arrive: the log need not be read. */
const ARRIVED_MS = 30_000;

/** Collects the facts about one connection that this process runs. */
export class ConnectionWatch {
  readonly #options: ConnectionWatchOptions;
  readonly #apis = { kommo: new ApiState(), track: new ApiState(), app: new ApiState() };
  readonly #probes: ConnectionProbes;
  readonly #lanesSince = new Map<LaneName, { at: number; reason: string | null; openTicks: number }>();
  /** When this process began to run it, ms; null where it does not. */
  #runSince: number | null = null;
  /** The last call to Kommo that no probe made, ms. */
  #busyAt = 0;
  #rules: { rules: RulesConfig; version: number | null } | null = null;
  #rulesError: string | null = null;
  #hasNews = true;

  constructor(options: ConnectionWatchOptions) {
    this.#options = options;
    const { connection, times, now } = options;
    this.#probes = new ConnectionProbes({
      config: connection.config,
      times,
      now,
      catalog: connection.catalog,
      rules: async () => (await connection.rules()).rules,
      onError: (probe, error) => this.#onProbeError(probe, error),
    });
  }

  get name(): string {
    return this.#options.connection.config.name;
  }

  /** Whether Kommo's events log is read in the place of webhooks. */
  get #isPolled(): boolean {
    return this.#options.connection.config.kommo.changes === 'polling';
  }

  /** Since when the connection is paused, ms; null where it is not. */
  get pausedAt(): number | null {
    return pausedSince(this.#options.connection.config);
  }

  /** The Customer.io workspace that its keys belong to; null where this process has not read it. */
  get workspaceId(): number | null {
    return this.#probes.results.workspaceId;
  }

  /** Whether this process runs the connection, and so judges it. */
  get isRunHere(): boolean {
    return this.#options.connection.run() !== null;
  }

  /** Whether anything was heard of the connection since its facts were last collected. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** To be called after each webhook. */
  onWebhook(): void {
    this.#hasNews = true;
  }

  /** To be called after each call of the connection's clients. */
  onCall(call: WatchedCall): void {
    this.#hasNews = true;
    const { evidence, now, onDate } = this.#options;
    onDate(call.date);
    const at = now();
    const failure =
      call.api === 'kommo'
        ? call.error
          ? kommoFailure(call.error as never, call.path)
          : null
        : customerioFailure(call.status, call.failure);
    if (call.api === 'kommo' && !this.#probes.isRunning) this.#busyAt = at;
    // A redirect is followed: the answer of its target counts.
    if (call.status !== null && call.status >= 300 && call.status < 400) return;
    if (failure !== null && isOptional(call)) return;
    const message = call.api === 'kommo' ? (call.error?.message ?? '') : messageOf(call);
    // One deal is read at an address of its own: without its id all of them count as one kind of call.
    const path = call.path.replace(/\/\d+/g, '/{id}');
    this.#apis[call.api].note({ at, path, failure, message });
    if (failure === null)
      evidence.note(
        this.name,
        call.api === 'kommo' ? 'kommo_token' : call.api === 'track' ? 'track_keys' : 'app_key',
      );
  }

  /** The next probes read everything again. */
  invalidate(): void {
    this.#hasNews = true;
    this.#probes.invalidate();
  }

  /** Whether any probe was started. */
  get hasProbed(): boolean {
    return this.#probes.hasStarted;
  }

  /** Whether this process runs the connection and has started no probe of it. */
  get awaitsProbe(): boolean {
    return !this.hasProbed && this.isRunHere;
  }

  /** Whether `probe` would start any. @param unwell codes of the last judgement */
  isProbeDue(unwell: ReadonlySet<string>): boolean {
    const { connection } = this.#options;
    const clients = connection.clients();
    return clients !== null && connection.run() !== null && this.#probes.isDue(this.#needs(clients, unwell));
  }

  /** Starts the probes that are due. @param unwell codes of the last judgement */
  probe(unwell: ReadonlySet<string>): void {
    const clients = this.#options.connection.clients();
    if (!clients || this.#options.connection.run() === null) return;
    const bulk = { ...clients, kommo: withOptions(clients.kommo, { priority: 'bulk' }) };
    this.#probes.start(bulk, this.#needs(clients, unwell));
  }

  #needs({ app }: Pick<ProbeClients, 'app'>, unwell: ReadonlySet<string>): ProbeNeeds {
    return {
      busyAt: this.#busyAt,
      unwell: this.#unwellProbes(unwell),
      proven: this.#provenProbes(app !== null),
    };
  }

  /** @param stored null where the database cannot be read */
  async facts(stored: StoredFacts | null, clockOffsetMs: number | null): Promise<ConnectionFacts | null> {
    const { connection, evidence, publicUrl, now } = this.#options;
    this.#hasNews = false;
    const run = connection.run();
    if (run === null) {
      this.#runSince = null;
      this.#lanesSince.clear();
      return null;
    }
    this.#runSince ??= now();
    await this.#loadRules();
    const { results } = this.#probes;
    const { kommo, customerio, name } = connection.config;
    const seen = evidence.facts(name);
    if (results.hooks?.value.some(({ hasRightSecret }) => hasRightSecret))
      evidence.note(name, 'kommo_webhook_listed');
    return {
      connection: name,
      now: now(),
      run: run.state === 'running' ? { state: 'running' } : run,
      evidence: seen,
      publicUrl: publicUrl(),
      tokenEndsAt:
        kommo.access.kind === 'token' ? (readToken(kommo.access.token.reveal())?.endsAt ?? null) : null,
      access: kommo.access.kind,
      grant: connection.grant(),
      kommo: this.#apis.kommo.facts(now()),
      hooks: results.hooks,
      polling: this.#isPolled
        ? {
            everyMs: kommo.pollEverySeconds * 1000,
            readAt: run.state === 'running' ? run.logReadAt : null,
            runSince: this.#runSince,
          }
        : null,
      silentMoveAt: this.#silentMoveAt(seen.current.get('kommo_webhook')?.at ?? 0, clockOffsetMs ?? 0),
      track: this.#apis.track.facts(now()),
      region: { configured: customerio.region, actual: results.region },
      app: customerio.appKey ? this.#apis.app.facts(now()) : null,
      reporting: results.reporting,
      unanswered: stored?.unanswered ?? null,
      lanes: run.state === 'running' && run.lanes ? this.#laneFacts(run.lanes) : null,
      work: stored?.work ?? null,
      rules: this.#rulesFacts(run, stored),
    };
  }

  async #loadRules(): Promise<void> {
    try {
      this.#rules = await this.#options.connection.rules();
      this.#rulesError = null;
    } catch (error) {
      // Where the database cannot be read the last rules stay; the installation's side says so.
      this.#rulesError =
        error instanceof Error && error.message.startsWith('Version ') ? error.message : null;
    }
  }

  #rulesFacts(run: RunState, stored: StoredFacts | null): RulesFacts {
    const rules = this.#rules?.rules;
    return {
      stages: rules?.stages.length ?? 0,
      reactions: rules?.reactions.length ?? 0,
      neededReports: rules ? neededEvents({ ...rules, name: this.name }) : [],
      version: this.#rules?.version ?? null,
      trouble: run.state === 'running' ? run.rulesTrouble : null,
      error: this.#rulesError,
      missing: this.#probes.results.missing,
      moves: stored?.moves ?? 0,
      sent: stored?.sent ?? 0,
    };
  }

  /** A lane opens for a moment before each retry: it counts as open after it was open twice in a row. */
  #laneFacts(lanes: Record<LaneName, Pick<LaneFacts, 'state' | 'reason'>>): Record<LaneName, LaneFacts> {
    const facts = ({ state, reason }: Pick<LaneFacts, 'state' | 'reason'>, name: LaneName): LaneFacts => {
      const before = this.#lanesSince.get(name);
      if (state === 'open') {
        if (!before || before.openTicks > 0) {
          this.#lanesSince.delete(name);
          return { state, reason, since: null };
        }
        before.openTicks += 1;
        return { state: 'waiting', reason: before.reason, since: before.at };
      }
      const kept = { at: before?.at ?? this.#options.now(), reason, openTicks: 0 };
      this.#lanesSince.set(name, kept);
      return { state, reason, since: kept.at };
    };
    return {
      planning: facts(lanes.planning, 'planning'),
      kommo: facts(lanes.kommo, 'kommo'),
      customerio: facts(lanes.customerio, 'customerio'),
    };
  }

  /** The oldest move in the events log that no webhook has followed, where Kommo's list says that one should. */
  #silentMoveAt(lastWebhookAt: number, clockOffsetMs: number): number | null {
    const { movedAt, hooks } = this.#probes.results;
    const isListed =
      hooks?.value.some(({ hasRightSecret, disabled }) => hasRightSecret && !disabled) ?? false;
    if (!isListed) return null;
    const since = CLOCK_SLACK_MS + Math.max(lastWebhookAt, this.#runSince ?? 0);
    const first = movedAt.map((at) => at + clockOffsetMs).find((at) => at > since);
    return first !== undefined && this.#options.now() - first >= SILENT_MS ? first : null;
  }

  #provenProbes(hasApp: boolean): Set<ProbeName> {
    const { evidence, now } = this.#options;
    const { results } = this.#probes;
    const proven = new Set<ProbeName>();
    const trackGoodAt = this.#apis.track.facts(now()).lastGoodAt ?? 0;
    if (results.region !== null && now() - trackGoodAt < this.#options.times().everyMs.region)
      proven.add('region');
    const webhookAt = evidence.facts(this.name).current.get('kommo_webhook')?.at ?? 0;
    const isListed = results.hooks?.value.some(({ hasRightSecret }) => hasRightSecret) ?? false;
    if (now() - webhookAt < ARRIVED_MS || !isListed) proven.add('moves');
    if (!hasApp) proven.add('reporting');
    // Webhooks are not expected, and the log is read every few seconds anyway.
    if (this.#isPolled) for (const name of ['hooks', 'moves'] as const) proven.add(name);
    return proven;
  }

  #unwellProbes(codes: ReadonlySet<string>): Set<ProbeName> {
    const has = (...prefixes: string[]) =>
      [...codes].some((code) => prefixes.some((prefix) => code.startsWith(prefix)));
    const unwell = new Set<ProbeName>();
    const { kommo, track, app } = this.#apis;
    if (kommo.isFailing || has('kommo_webhook_', 'kommo_token_unproven')) unwell.add('hooks');
    if (has('rules_name', 'rules_field', 'connection_waiting')) unwell.add('catalog');
    if (has('kommo_webhook_silent')) unwell.add('moves');
    if (track.isFailing || has('track_')) unwell.add('region');
    if (app.isFailing || has('app_', 'reporting_')) unwell.add('reporting');
    // A webhook that only waits for its first call needs no hurry.
    if (!kommo.isFailing && has('kommo_webhook_unproven')) unwell.delete('hooks');
    return unwell;
  }

  /** Only a redirect that was not followed: all other answers were reported as calls. */
  #onProbeError(probe: ProbeName, error: unknown): void {
    const { status, failure, message } = thrownFailure(error);
    const isRedirect = status !== null && status >= 300 && status < 400;
    if (!isRedirect || (probe !== 'region' && probe !== 'reporting')) return;
    const api = probe === 'reporting' ? 'app' : 'track';
    const kind = customerioFailure(status, failure);
    this.#apis[api].note({ at: this.#options.now(), path: probe, failure: kind, message });
  }
}

function messageOf({ api, status, path }: WatchedCall): string {
  const name = api === 'app' ? 'App API' : 'Track API';
  const keys = api === 'app' ? 'the App API key' : 'the Site ID and the Track API key';
  if (status === 401) return `Customer.io refuses ${keys} (401).`;
  if (status === 429) return `The ${name} of Customer.io asks to slow down (429).`;
  if (status === null) return `The ${name} of Customer.io gave no answer to ${path}.`;
  if (status < 300) return `The answer to ${path} did not come from Customer.io (${status}).`;
  return `The ${name} of Customer.io answered ${status} to ${path}.`;
}
