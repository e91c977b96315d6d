import pg from 'pg';
import type { FaultRule } from '../simulators/common/fault-types.ts';
import { seededRandom } from '../simulators/common/random.ts';
import type { PostgresServer } from '../test/support/postgres-server.ts';
import type { Simulators } from './simulators.ts';

/** Something larger: begins, and gives what ends it. */
type Trouble = [name: string, begin: () => () => void | Promise<void>];

/** What goes wrong at both simulators, all the time and now and then. */
export interface Faults {
  start(): void;
  /** Everything is well again, and stays so. */
  stop(): Promise<void>;
  /** How many of each kind there were. */
  counts(): Record<string, number>;
}

/** Of the requests to each side; about one in eight meets something. */
const RULES: FaultRule[] = [
  { kind: 'status', status: 500, probability: 0.015 },
  { kind: 'status', status: 502, body: 'html', probability: 0.015 },
  { kind: 'status', status: 503, body: 'empty', probability: 0.01 },
  { kind: 'status', status: 504, body: 'html', applied: true, probability: 0.015 },
  { kind: 'status', status: 504, body: 'html', probability: 0.01 },
  { kind: 'reset_before', probability: 0.015 },
  { kind: 'reset_after', probability: 0.025 },
  { kind: 'hang', probability: 0.002 },
  { kind: 'status', status: 429, retryAfter: 1, probability: 0.004 },
  { kind: 'status', status: 429, body: 'html', probability: 0.002 },
];

/** Kommo loses webhooks. Customer.io repeats a report until it is accepted, so no report is lost. */
const HOOKS = { drop: 0.03, duplicate: 0.06, reorder: 0.06, delay: 0.1, delayMs: { min: 50, max: 900 } };
const REPORTS = { duplicate: 0.06, reorder: 0.06, delay: 0.1, delayMs: { min: 50, max: 900 } };

/** Kommo's usual answers, in ms. */
const LATENCY = { min: 5, max: 120 };

/** How often something larger happens, and how long it lasts, in ms. */
const TROUBLE_EVERY_MS = 25_000;
const TROUBLE_MS = 3_000;

/** @param postgres of the run, to be cut off and restarted; null with the embedded database. */
export function createFaults(
  { kommo, customerio }: Simulators,
  seed: number,
  postgres: PostgresServer | null,
): Faults {
  const random = seededRandom(seed + 3);
  const counts: Record<string, number> = {};
  let timer: NodeJS.Timeout | null = null;
  let mend: (() => Promise<void>) | null = null;

  const troubles: Trouble[] = [
    [
      'Kommo token revoked',
      doing(
        () => kommo.revokeToken(),
        () => kommo.restoreToken(),
      ),
    ],
    [
      'Kommo blocks the account',
      doing(
        () => kommo.block(),
        () => kommo.unblock(),
      ),
    ],
    ['Kommo is down', () => kommo.faults.add({ kind: 'status', status: 502, body: 'html' })],
    [
      'Kommo is slow',
      doing(
        () => kommo.setLatency(1_500),
        () => kommo.faults.setLatency(LATENCY),
      ),
    ],
    ['Kommo takes small batches only', smallBatches],
    ['Kommo’s events log lags', lateLog],
    ['Customer.io key revoked', wrongKey],
    ['Customer.io is down', () => customerio.faults.add({ kind: 'status', status: 503, body: 'empty' })],
    [
      'Customer.io is slow',
      doing(
        () => customerio.setLatency(1_500),
        () => customerio.setLatency(0),
      ),
    ],
    ...(postgres ? databaseTroubles(postgres) : []),
  ];

  function smallBatches(): () => void {
    kommo.switches.gatewayTimeoutAbove = 2;
    kommo.switches.gatewayTimeoutApplies = random() < 0.5;
    return () => {
      kommo.switches.gatewayTimeoutAbove = null;
    };
  }

  function lateLog(): () => void {
    kommo.switches.eventsLateMs = 20_000;
    return () => {
      kommo.switches.eventsLateMs = 0;
    };
  }

  function wrongKey(): () => void {
    const { apiKey } = customerio.credentials;
    customerio.setCredentials({ apiKey: 'revoked' });
    return () => customerio.setCredentials({ apiKey });
  }

  function trouble(): void {
    const [name, begin] = troubles[Math.floor(random() * troubles.length)]!;
    counts[name] = (counts[name] ?? 0) + 1;
    const end = begin();
    mend = async () => {
      mend = null;
      await end();
    };
    timer = setTimeout(async () => {
      await mend?.();
      timer = setTimeout(trouble, TROUBLE_EVERY_MS * (0.5 + random()));
    }, TROUBLE_MS);
  }

  return {
    start() {
      for (const rule of RULES) {
        kommo.faults.add({ ...rule });
        customerio.faults.add({ ...rule });
      }
      kommo.faults.setLatency(LATENCY);
      kommo.faults.setHooks(HOOKS);
      customerio.faults.setHooks(REPORTS);
      timer = setTimeout(trouble, TROUBLE_EVERY_MS * random());
    },
    async stop() {
      clearTimeout(timer ?? undefined);
      await mend?.();
      kommo.faults.clear();
      customerio.faults.clear();
    },
    counts: () => ({
      ...sideCounts('Kommo', kommo.faults.counts()),
      ...sideCounts('Customer.io', customerio.faults.counts()),
      ...counts,
    }),
  };
}

/** Connections are cut at once; a restart takes about a second, in which nothing can be stored. */
function databaseTroubles(postgres: PostgresServer): Trouble[] {
  const cut = async () => {
    const client = new pg.Client({ connectionString: `${postgres.url}/stagepost` });
    client.on('error', () => {});
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'stagepost%'`,
    );
    await client.end();
  };
  const restart = async () => {
    await postgres.stop();
    await postgres.start();
  };
  const during = (work: () => Promise<void>) => () => {
    const working = work();
    return () => working;
  };
  return [
    ['PostgreSQL connections cut', during(cut)],
    ['PostgreSQL restarted', during(restart)],
  ];
}

function doing(begin: () => void, end: () => void): () => () => void {
  return () => {
    begin();
    return end;
  };
}

function sideCounts(side: string, counts: object): Record<string, number> {
  const named = Object.entries(counts as Record<string, number>).filter(
    ([kind, n]) => n > 0 && kind !== 'delayed',
  );
  return Object.fromEntries(named.map(([kind, n]) => [`${side}: ${kind.replaceAll('_', ' ')}`, n]));
}
