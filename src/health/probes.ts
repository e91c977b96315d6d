import type { ConnectionConfig, RulesConfig } from '../config/index.ts';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import { checkFields } from '../doctor/fields.ts';
import { checkNames } from '../doctor/kommo.ts';
import { masked, secretOf } from '../doctor/webhook.ts';
import type { Catalog } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import { type CatalogList, type KommoClient, lackingSettings } from '../kommo/index.ts';
import type { KommoHook, Reading, ReportingHook, RulesFacts } from './facts.ts';
import { namedLists } from './named-lists.ts';

/** The clients that this process runs the connection with: their limiters count the probes, too. */
export interface ProbeClients {
  kommo: Pick<
    KommoClient,
    'account' | 'catalog' | 'catalogLists' | 'webhooks' | 'dealMoves' | 'createDealField'
  >;
  track: Pick<TrackClient, 'region'>;
  app: Pick<AppClient, 'reportingWebhooks'> | null;
}

export interface ProbeTimes {
  /** How often each list is read, ms. */
  everyMs: { hooks: number; catalog: number; moves: number; region: number; reporting: number };
  /** The same for what is not right, so that the repair is noticed soon. */
  retryMs: number;
  /** How long a probe waits for a moment without live calls, ms. */
  deferMs: number;
}

/** A fault and its repair are noticed within two minutes, deferral included. About 5 of 420 calls a minute to Kommo. */
export const PROBE_TIMES: ProbeTimes = {
  everyMs: { hooks: 45_000, catalog: 80_000, moves: 40_000, region: 45_000, reporting: 60_000 },
  retryMs: 10_000,
  deferMs: 20_000,
};

/** Above so many connections in one process, what is right is read at the longest interval that still gives two minutes. */
export const MANY_CONNECTIONS = 300;

/** The times for so many connections. Pure. */
export function probeTimesFor(times: ProbeTimes, connections: number): ProbeTimes {
  if (connections <= MANY_CONNECTIONS) return times;
  const longest = Math.max(...Object.values(times.everyMs));
  const everyMs = { hooks: longest, catalog: longest, moves: longest, region: longest, reporting: longest };
  return { ...times, everyMs };
}

export type ProbeName = keyof ProbeTimes['everyMs'];
export const PROBES: readonly ProbeName[] = ['hooks', 'catalog', 'moves', 'region', 'reporting'];

export interface ProbeResults {
  hooks: Reading<KommoHook[]> | null;
  missing: RulesFacts['missing'];
  region: 'us' | 'eu' | null;
  /** The id of the workspace. */
  workspaceId: number | null;
  reporting: Reading<ReportingHook[]> | null;
  /** The moves in the events log of the last ten minutes, ms by Kommo's clock, the oldest first. */
  movedAt: number[];
}

export interface ConnectionProbesOptions {
  config: ConnectionConfig;
  times(): ProbeTimes;
  now(): number;
  /** What the process last read of the account; null where it does not run the connection. */
  catalog(): Catalog | null;
  /** The connection's active rules. */
  rules(): Promise<RulesConfig>;
  /** A probe has thrown: an error that no HTTP call reports by itself. */
  onError(probe: ProbeName, error: unknown): void;
}

/** Why the next probe of a name is due: what the judgement says about what it reads. */
export interface ProbeNeeds {
  /** When a live call was last made to Kommo, ms; 0: never. */
  busyAt: number;
  /** Probes whose last result was not right. */
  unwell: ReadonlySet<ProbeName>;
  /** Probes that something else makes unnecessary now. */
  proven: ReadonlySet<ProbeName>;
}

/** Live calls within this time, ms, mean that the connection is busy. */
const BUSY_MS = 1_500;
/** What is not right is read more often for this long, ms: somebody who repairs it looks at the light. */
const RETRIES_FOR_MS = 15 * 60_000;
/** A probe that is due within this part of its interval runs along with one that is due: they share one TLS connection. */
const ALONG = 1 / 8;

/**
 * Reads from both accounts what no traffic proves by itself, one probe at a time, with the lowest priority.
 * The results stay until the next reading; a failed reading changes none, since the failed call says enough.
 */
export class ConnectionProbes {
  readonly #options: ConnectionProbesOptions;
  readonly results: ProbeResults = {
    hooks: null,
    missing: null,
    region: null,
    workspaceId: null,
    reporting: null,
    movedAt: [],
  };
  readonly #lastAt = new Map<ProbeName, number>();
  /** Probes whose last run has failed: they are repeated soon, since the failure stands until then. */
  readonly #failed = new Set<ProbeName>();
  /** Since when a probe is repeated soon, ms. */
  readonly #retriedSince = new Map<ProbeName, number>();
  /** How often something was fixed: a list whose reading began before the last time is out of date. */
  #fixes = 0;
  #running: Promise<void> | null = null;
  #named: { rules: RulesConfig; catalog: Catalog; lists: CatalogList[] } | null = null;

  constructor(options: ConnectionProbesOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Whether any probe was started. */
  get hasStarted(): boolean {
    return this.#lastAt.size > 0 || this.isRunning;
  }

  /** Whether `start` would start any. */
  isDue(needs: ProbeNeeds): boolean {
    if (this.#running) return false;
    for (const name of PROBES) this.#noteRetries(name, needs);
    return PROBES.some((name) => this.#isDue(name, needs));
  }

  /** Starts the probes that are due, unless some are under way. */
  start(clients: ProbeClients, needs: ProbeNeeds): void {
    if (!this.isDue(needs)) return;
    const due = PROBES.filter((name) => this.#isDue(name, needs, ALONG));
    this.#running = this.#run(due, clients).finally(() => {
      this.#running = null;
    });
  }

  /** To be called when something was fixed: what was read before, or is being read, counts no more, and is read again. */
  invalidate(): void {
    this.#retriedSince.clear();
    this.#fixes += 1;
    for (const name of PROBES) this.#forget(name);
  }

  #forget(name: ProbeName): void {
    this.#lastAt.delete(name);
    if (name === 'hooks') this.results.hooks = null;
    if (name === 'catalog') this.results.missing = null;
    if (name === 'reporting') this.results.reporting = null;
  }

  #noteRetries(name: ProbeName, { unwell }: ProbeNeeds): void {
    if (!unwell.has(name) && !this.#failed.has(name)) this.#retriedSince.delete(name);
    else if (!this.#retriedSince.has(name)) this.#retriedSince.set(name, this.#options.now());
  }

  /** @param ahead also where it is due within this part of its interval */
  #isDue(name: ProbeName, { busyAt, proven }: ProbeNeeds, ahead = 0): boolean {
    const { now } = this.#options;
    const times = this.#options.times();
    if (proven.has(name)) return false;
    const lastAt = this.#lastAt.get(name);
    if (lastAt === undefined) return true;
    const retriedSince = this.#retriedSince.get(name);
    const isRetried = retriedSince !== undefined && now() - retriedSince < RETRIES_FOR_MS;
    const everyMs = times.everyMs[name];
    const dueAt = lastAt + (isRetried ? times.retryMs : everyMs * (1 - ahead));
    const isBusy = now() - busyAt < BUSY_MS;
    return now() >= dueAt + (isBusy ? times.deferMs : 0);
  }

  async #run(due: ProbeName[], clients: ProbeClients): Promise<void> {
    // Both sides at the same time: Kommo may be hanging.
    const isKommos = (name: ProbeName) => name === 'hooks' || name === 'catalog' || name === 'moves';
    await Promise.all([
      this.#runOf(due.filter(isKommos), clients),
      this.#runOf(
        due.filter((name) => !isKommos(name)),
        clients,
      ),
    ]);
  }

  async #runOf(names: ProbeName[], clients: ProbeClients): Promise<void> {
    for (const name of names) {
      const fixes = this.#fixes;
      try {
        await this.#probe(name, clients);
        this.#failed.delete(name);
      } catch (error) {
        this.#failed.add(name);
        this.#options.onError(name, error);
      }
      if (fixes === this.#fixes) this.#lastAt.set(name, this.#options.now());
      else this.#forget(name);
    }
  }

  #probe(name: ProbeName, clients: ProbeClients): Promise<void> {
    const probes: Record<ProbeName, () => Promise<void>> = {
      hooks: () => this.#readHooks(clients),
      catalog: () => this.#readCatalog(clients),
      moves: () => this.#readMoves(clients),
      region: () => this.#readRegion(clients),
      reporting: () => this.#readReporting(clients),
    };
    return probes[name]();
  }

  async #readHooks({ kommo }: ProbeClients): Promise<void> {
    const { config, now } = this.#options;
    try {
      const all = await kommo.webhooks({ priority: 'bulk' });
      const secret = config.kommo.webhookSecret.reveal();
      const value = all.flatMap((hook): KommoHook[] => {
        const given = secretOf(hook, config.name);
        if (given === null) return [];
        const lacks = lackingSettings(hook);
        const { destination, disabled } = hook;
        return [{ address: masked(destination), hasRightSecret: given === secret, disabled, lacks }];
      });
      this.results.hooks = { at: now(), value };
    } catch (error) {
      const isRefused = error instanceof DeliveryError && (error.status === 403 || error.status === 402);
      if (!isRefused) throw error;
      this.results.hooks = null;
      // A token without the right to read webhooks still proves itself by another call.
      await kommo.account({ priority: 'bulk' });
    }
  }

  async #readCatalog({ kommo }: ProbeClients): Promise<void> {
    const { config } = this.#options;
    const rules = await this.#options.rules();
    const connection = { ...config, ...rules };
    const catalog = await this.#readNamed(kommo, rules);
    const names = checkNames(connection, catalog).filter(({ status }) => status === 'failure');
    const { dealFields } = catalog;
    const fields = await checkFields({ kommo, connection, dealFields, fix: false });
    this.results.missing = {
      names: names.map(({ message }) => `${message}.`),
      fields: fields.flatMap(({ status, message }) => (status === 'ok' ? [] : [`${message}.`])),
    };
  }

  /** The account's catalog, of which only what the rules name anything of is read again. */
  async #readNamed(kommo: ProbeClients['kommo'], rules: RulesConfig): Promise<Catalog> {
    const last = this.#options.catalog();
    if (last === null) return kommo.catalog({ priority: 'bulk' });
    // The rules name the same lists as long as both stay.
    if (this.#named?.rules !== rules || this.#named.catalog !== last)
      this.#named = { rules, catalog: last, lists: namedLists(rules, last) };
    return { ...last, ...(await kommo.catalogLists(this.#named.lists, { priority: 'bulk' })) };
  }

  async #readMoves({ kommo }: ProbeClients): Promise<void> {
    const from = Math.floor(this.#options.now() / 1000) - 600;
    const moves = await kommo.dealMoves({ from }, { priority: 'bulk' });
    this.results.movedAt = moves.map(({ at }) => at * 1000);
  }

  async #readRegion({ track }: ProbeClients): Promise<void> {
    const { region, environmentId } = await track.region();
    this.results.region = region;
    this.results.workspaceId = environmentId;
  }

  async #readReporting({ app }: ProbeClients): Promise<void> {
    if (app === null) return;
    const path = `/webhooks/customerio/${this.#options.config.name}`;
    const value = (await app.reportingWebhooks()).filter(({ endpoint }) => pathOf(endpoint).endsWith(path));
    this.results.reporting = { at: this.#options.now(), value };
  }
}

function pathOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).pathname.replace(/\/+$/, '') : '';
}
