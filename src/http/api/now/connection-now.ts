import type { Side } from '../common-schemas.ts';
import type { ConsoleConnection } from '../services.ts';
import type { ApiCallStats } from './api-call-stats.ts';
import type { ConnectionNow, Lane, LaneState } from './contract.ts';
import { COUNT_LIMIT, type StoredState } from './query.ts';

const STOPPED: LaneState = { state: 'stopped', reason: null, until: null };

/** One connection as the page shows it: its state in this process and in the database. */
export function connectionNow(
  connection: ConsoleConnection,
  stored: StoredState,
  calls: ApiCallStats,
): Omit<ConnectionNow, 'counts'> {
  const { work, account } = stored;
  const running = connection.state();
  const planning = running?.lanes?.planning ?? STOPPED;
  const laneOf = (side: Side) => laneNow(side, connection, stored, calls);
  const sideOf = (side: Side) => sideNow(side, connection, stored, calls);
  return {
    name: connection.name,
    state: running?.state ?? 'starting',
    reason: running?.reason ?? null,
    kommo: {
      ...sideOf('kommo'),
      url: connection.kommoUrl,
      account,
      pollEverySeconds: connection.settings.kommo.pollEverySeconds,
      hook: connection.webhook.current(),
    },
    customerio: sideOf('customerio'),
    lanes: { planning, kommo: laneOf('kommo'), customerio: laneOf('customerio') },
    inbox: capped(work.inbox),
    planning: capped(work.planning),
    parked: capped(work.parked),
    held: capped(work.held),
    watches: capped(work.watches),
  };
}

function laneNow(
  side: Side,
  connection: ConsoleConnection,
  { work }: StoredState,
  calls: ApiCallStats,
): Lane {
  const running = connection.state();
  const runsHere = running?.state === 'running';
  return {
    ...(running?.lanes?.[side] ?? STOPPED),
    waiting: capped(work[side]),
    waitingMore: work[side] > COUNT_LIMIT,
    oldestAt: side === 'kommo' ? work.kommo_oldest : work.customerio_oldest,
    dead: capped(side === 'kommo' ? work.dead_kommo : work.dead_customerio),
    deadMore: work.dead_kommo + work.dead_customerio > COUNT_LIMIT,
    callsLastMinute: runsHere ? calls.about(side, connection.name).lastMinute : null,
    callsAllowed: side === 'kommo' ? connection.requestsPerSecond * 60 : null,
  };
}

function sideNow(
  side: Side,
  connection: ConsoleConnection,
  { lastAt }: StoredState,
  calls: ApiCallStats,
): ConnectionNow['customerio'] {
  const own = calls.about(side, connection.name);
  const lastGoodCallAt = latest(own.lastGoodAt, lastAt.get(`calls_${side}`) ?? null);
  const lastBadCallAt = latest(own.lastBadAt, lastAt.get(`calls_${side}_failed`) ?? null);
  const lanes = connection.state()?.lanes;
  // Planning reads Kommo, so a held planning means that Kommo has refused the token.
  const isHeld = lanes?.[side].state === 'held' || (side === 'kommo' && lanes?.planning.state === 'held');
  const access = isHeld ? 'refused' : own.access;
  return {
    lastWebhookAt: lastAt.get(`webhooks_${side}`) ?? null,
    lastGoodCallAt,
    lastBadCallAt,
    access: access === 'unknown' && (lastGoodCallAt ?? 0) > (lastBadCallAt ?? 0) ? 'good' : access,
  };
}

function capped(count: number): number {
  return Math.min(count, COUNT_LIMIT);
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
