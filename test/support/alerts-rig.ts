import { pino } from 'pino';
import { Alerts } from '../../src/alerts/alerts.ts';
import type { AlertsConfig, ReceiverConfig } from '../../src/config/index.ts';
import { ALERT_LEVELS, ALERT_TOPICS } from '../../src/domain/alerts.ts';
import type { ConnectionHealth, Health, HealthItem } from '../../src/health/health.ts';
import type { KommoClient } from '../../src/kommo/index.ts';
import type { TimerClock } from '../../src/lib/earliest-timer.ts';
import type { Database } from '../../src/store/database/database.ts';

/** 2026-11-30 01:00 UTC. */
export const START = Date.UTC(2026, 10, 30, 1, 0);
const SECOND = 1_000;

/** For tests: the alerts on a database, with a clock and a health that the test moves. */
export class AlertsRig {
  now = START;
  items: HealthItem[] = [];
  /** When health was last judged; null: never since the start. */
  judgedAt: number | null = START;
  kommo: KommoClient | null = null;
  readonly alerts: Alerts;

  constructor(
    database: Pick<Database, 'db'>,
    receivers: ReceiverConfig[],
    options: { owner?: string; limits?: AlertsConfig['limits'] } = {},
  ) {
    const clock: TimerClock = { now: () => this.now, setTimeout: () => 0, clearTimeout: () => {} };
    this.alerts = new Alerts({
      config: { receivers, limits: options.limits ?? { deadLetters: 100, backlog: 10_000 } },
      connections: () => ['acme'],
      db: database.db,
      health: () => this.#health(),
      kommoOf: () => this.kommo,
      publicUrl: () => 'https://stagepost.example.com',
      owner: options.owner ?? 'one',
      clock,
      log: pino({ level: process.env.STAGEPOST_LOG ?? 'silent' }),
    });
  }

  /** A test by somebody who sees all connections. */
  test(receiver: string) {
    return this.alerts.test(receiver, () => true);
  }

  /** Lets this time pass, with an evaluation every five seconds. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 5) {
      this.now += 5 * SECOND;
      await this.alerts.runOnce();
    }
  }

  /** Lets this time pass at once, with one evaluation at its end. */
  async skip(seconds: number): Promise<void> {
    this.now += seconds * SECOND;
    await this.alerts.runOnce();
  }

  /** Kommo refuses the token from now on. */
  revokeToken(): void {
    this.items = [tokenRefused(this.now)];
  }

  #health(): Health {
    const connection: ConnectionHealth = {
      connection: 'acme',
      light: 'ok',
      since: START,
      judgedAt: this.judgedAt,
      sides: [{ side: 'kommo', light: 'ok', since: START, items: this.items, proofs: [] }],
    };
    const installation = { side: 'installation', light: 'ok', since: START, items: [], proofs: [] } as const;
    return {
      light: 'ok',
      at: this.now,
      installation: { ...installation, items: [], proofs: [] },
      connections: [connection],
    };
  }
}

export function tokenRefused(since: number): HealthItem {
  return {
    code: 'kommo_token_refused',
    connection: 'acme',
    side: 'kommo',
    light: 'broken',
    since,
    message: 'Kommo refuses the token (401). Deals cannot be read or written; webhooks are stored.',
    todo: 'Create a long-lived token in Kommo > Settings > Integrations, set kommo.token to it, and restart.',
    page: 'connections',
  };
}

/** A receiver of everything. */
export function receiver<T extends object>(name: string, target: T) {
  return { name, levels: [...ALERT_LEVELS], topics: [...ALERT_TOPICS], connections: null, ...target };
}
