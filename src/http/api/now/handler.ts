import { memoizeFor } from '../../../lib/memoize-for.ts';
import { type BoundedWork, boundedWork } from '../../../store/counts/bounded-work.ts';
import { lastTimes, totalsSince } from '../../../store/counts/rolled-counts.ts';
import type { ApiCallStats } from '../api-call-stats.ts';
import type { ConnectionNow, LaneState, Side } from '../contract.ts';
import type { Handlers } from '../routes.ts';
import type { ConsoleConnection, ConsoleOptions } from '../services.ts';

/** Counted up to here; more is "more". */
const COUNT_LIMIT = 10_000;
/** Several consoles ask the same: one look serves all of them for this long, in ms. */
const SHARED_MS = 1_000;
const DAY_MS = 86_400_000;

const LAST = [
  'webhooks_kommo',
  'webhooks_customerio',
  'calls_kommo',
  'calls_kommo_failed',
  'calls_customerio',
  'calls_customerio_failed',
];

type Last = (connection: string, metric: string) => number | null;

export function nowHandlers(options: ConsoleOptions): Pick<Handlers, 'now'> {
  const { connections, database, calls, now, version, countedTo } = options;
  const names = connections.map(({ name }) => name);

  const look = memoizeFor(SHARED_MS, now, async () => {
    const { db } = await database();
    const work = await boundedWork(db, names, COUNT_LIMIT);
    const last = await lastTimes(db, names, LAST);
    const accounts = await db
      .selectFrom('connections')
      .select(['connection'])
      .select((eb) => eb.ref('catalog', '->').key('account').key('name').as('account'))
      .where('connection', 'in', names.length > 0 ? names : [''])
      .execute();
    return { work, last, accounts };
  });

  return {
    now: async ({ query }) => {
      const { db, kind } = await database();
      const since = query.since ?? now() - DAY_MS;
      const [{ work, last, accounts }, totals] = [await look(), await totalsSince(db, names, since)];
      const lastOf: Last = (connection, metric) =>
        last.find((row) => row.connection === connection && row.metric === metric)?.at ?? null;
      return {
        at: now(),
        since,
        version,
        database: kind,
        countedTo: countedTo(),
        connections: connections.map((connection) => {
          const own = totals.filter((row) => row.connection === connection.name);
          const account = accounts.find((row) => row.connection === connection.name)?.account ?? null;
          return {
            ...connectionNow(
              connection,
              work.find((row) => row.connection === connection.name)!,
              lastOf,
              calls,
              account,
            ),
            counts: Object.fromEntries(own.map(({ metric, count }) => [metric, count])),
          };
        }),
      };
    },
  };
}

const STOPPED: LaneState = { state: 'stopped', reason: null, until: null };

function connectionNow(
  connection: ConsoleConnection,
  work: BoundedWork,
  last: Last,
  calls: ApiCallStats,
  account: string | null,
): Omit<ConnectionNow, 'counts'> {
  const { name } = connection;
  const found = connection.state();
  const lanes = found?.lanes ?? null;
  const runsHere = found?.state === 'running';
  const cap = (count: number) => Math.min(count, COUNT_LIMIT);

  function laneOf(side: Side) {
    const dead = side === 'kommo' ? work.dead_kommo : work.dead_customerio;
    return {
      ...(lanes?.[side] ?? STOPPED),
      waiting: cap(work[side]),
      waitingMore: work[side] > COUNT_LIMIT,
      oldestAt: side === 'kommo' ? work.kommo_oldest : work.customerio_oldest,
      dead: cap(dead),
      deadMore: work.dead_kommo + work.dead_customerio > COUNT_LIMIT,
      callsLastMinute: runsHere ? calls.about(side, name).lastMinute : null,
      callsAllowed: side === 'kommo' ? connection.requestsPerSecond * 60 : null,
    };
  }

  function sideOf(side: Side) {
    const own = calls.about(side, name);
    const lastGoodCallAt = latest(own.lastGoodAt, last(name, `calls_${side}`));
    const lastBadCallAt = latest(own.lastBadAt, last(name, `calls_${side}_failed`));
    const isHeld = lanes?.[side].state === 'held' || (side === 'kommo' && lanes?.planning.state === 'held');
    const access = isHeld ? 'refused' : own.access;
    return {
      lastWebhookAt: last(name, `webhooks_${side}`),
      lastGoodCallAt,
      lastBadCallAt,
      access: access === 'unknown' && (lastGoodCallAt ?? 0) > (lastBadCallAt ?? 0) ? 'good' : access,
    } as const;
  }

  return {
    name,
    state: found?.state ?? 'starting',
    reason: found?.reason ?? null,
    kommo: { ...sideOf('kommo'), url: connection.kommoUrl, account, hook: connection.webhook.current() },
    customerio: sideOf('customerio'),
    lanes: { planning: lanes?.planning ?? STOPPED, kommo: laneOf('kommo'), customerio: laneOf('customerio') },
    inbox: cap(work.inbox),
    planning: cap(work.planning),
    parked: cap(work.parked),
    watches: cap(work.watches),
  };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
