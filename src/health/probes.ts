import type { ConnectionConfig, RulesConfig } from '../config/index.ts';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import { checkFields } from '../doctor/fields.ts';
import { checkNames } from '../doctor/kommo.ts';
import { masked, secretOf } from '../doctor/webhook.ts';
import { DeliveryError } from '../domain/errors.ts';
import { type KommoClient, WEBHOOK_SETTINGS } from '../kommo/index.ts';
import type { KommoHook, Reading, ReportingHook, RulesFacts } from './facts.ts';

/** The clients that this process runs the connection with: their limiters count the probes, too. */
export interface ProbeClients {
  kommo: Pick<KommoClient, 'account' | 'catalog' | 'webhooks' | 'dealMoves' | 'createDealField'>;
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

/** A fault and its repair are noticed within two minutes, deferral included. About 7 of 420 calls a minute to Kommo. */
export const PROBE_TIMES: ProbeTimes = {
  everyMs: { hooks: 45_000, catalog: 80_000, moves: 40_000, region: 45_000, reporting: 60_000 },
  retryMs: 10_000,
  deferMs: 20_000,
};

export type ProbeName = keyof ProbeTimes['everyMs'];
export const PROBES: readonly ProbeName[] = ['hooks', 'catalog', 'moves', 'region', 'reporting'];

export interface ProbeResults {
  hooks: Reading<KommoHook[]> | null;
  missing: RulesFacts['missing'];
  region: 'us' | 'eu' | null;
  reporting: Reading<ReportingHook[]> | null;
  /** The moves in the events log of the last ten minutes, ms by Kommo's clock, the oldest first. */
  movedAt: number[];
}

export interface ConnectionProbesOptions {
  config: ConnectionConfig;
  times: ProbeTimes;
  now(): number;
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
    reporting: null,
    movedAt: [],
  };
  readonly #lastAt = new Map<ProbeName, number>();
  /** Probes whose last run has failed: they are repeated soon, since the failure stands until then. */
  readonly #failed = new Set<ProbeName>();
  #running: Promise<void> | null = null;

  constructor(options: ConnectionProbesOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Starts the probes that are due, unless some are under way. */
  start(clients: ProbeClients, needs: ProbeNeeds): void {
    if (this.#running) return;
    const due = PROBES.filter((name) => this.#isDue(name, needs));
    if (due.length === 0) return;
    this.#running = this.#run(due, clients).finally(() => {
      this.#running = null;
    });
  }

  /** The next `start` reads this again, for example because it was just fixed. */
  invalidate(): void {
    this.#lastAt.clear();
  }

  #isDue(name: ProbeName, { busyAt, unwell, proven }: ProbeNeeds): boolean {
    const { times, now } = this.#options;
    if (proven.has(name)) return false;
    const lastAt = this.#lastAt.get(name);
    if (lastAt === undefined) return true;
    const dueAt = lastAt + (unwell.has(name) || this.#failed.has(name) ? times.retryMs : times.everyMs[name]);
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
      try {
        await this.#probe(name, clients);
        this.#failed.delete(name);
      } catch (error) {
        this.#failed.add(name);
        this.#options.onError(name, error);
      }
      this.#lastAt.set(name, this.#options.now());
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
        const lacks = WEBHOOK_SETTINGS.filter((setting) => !hook.settings.includes(setting));
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
    const catalog = await kommo.catalog({ priority: 'bulk' });
    const connection = { ...config, ...(await this.#options.rules()) };
    const names = checkNames(connection, catalog).filter(({ status }) => status === 'failure');
    const { dealFields } = catalog;
    const fields = await checkFields({ kommo, connection, dealFields, fix: false });
    this.results.missing = {
      names: names.map(({ message }) => `${message}.`),
      fields: fields.flatMap(({ status, message }) => (status === 'ok' ? [] : [`${message}.`])),
    };
  }

  async #readMoves({ kommo }: ProbeClients): Promise<void> {
    const from = Math.floor(this.#options.now() / 1000) - 600;
    const moves = await kommo.dealMoves({ from }, { priority: 'bulk' });
    this.results.movedAt = moves.map(({ at }) => at * 1000);
  }

  async #readRegion({ track }: ProbeClients): Promise<void> {
    this.results.region = (await track.region()).region;
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
