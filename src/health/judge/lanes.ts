import { en } from '../../languages/en.ts';
import type { WorkAge } from '../../store/health/work-age.ts';
import { type Draft, draft } from '../codes.ts';
import type { ApiFacts, ConnectionFacts } from '../facts.ts';

const { messages } = en.health;

/** A lane that waits for this long is shown, ms: single failures are retried within seconds. */
const LANE_WAITS_MS = 15_000;
/** Open work that is older than this is shown, ms, and is broken after the second time. */
const WORK_WAITS_MS = 60_000;
const WORK_BROKEN_MS = 30 * 60_000;
/** How long a part of Kommo's events log that was too old to be read is shown, ms. */
const UNREAD_SHOWN_MS = 7 * 86_400_000;

const LANES = {
  kommo: { delivery: 'kommo_delivery_waiting', dead: 'kommo_dead_letters', name: 'Kommo' },
  customerio: {
    delivery: 'customerio_delivery_waiting',
    dead: 'customerio_dead_letters',
    name: 'Customer.io',
  },
} as const;

/** The deliveries to one side, and its dead letters. */
export function judgeLane(side: 'kommo' | 'customerio', facts: ConnectionFacts): Draft[] {
  const { connection, lanes, work, now } = facts;
  const { delivery, dead, name } = LANES[side];
  const items: Draft[] = [];
  const lane = lanes?.[side] ?? null;
  const oldestAt = (side === 'kommo' ? work?.kommoAt : work?.customerioAt) ?? null;
  // A failing API has an item of its own, which says what to do.
  const isExplained = fails(side === 'kommo' ? facts.kommo : facts.track);
  const message = waitingMessage(delivering(name), isExplained ? null : lane, oldestAt, now);
  if (message !== null) {
    const isBroken = lane?.state === 'held' || isOlder(oldestAt, WORK_BROKEN_MS, now);
    items.push(draft(delivery, connection, message, { light: isBroken ? 'broken' : 'warning' }));
  }
  const deadAt = side === 'kommo' ? work?.deadKommo : work?.deadCustomerio;
  if (deadAt !== null && deadAt !== undefined)
    items.push(draft(dead, connection, messages.deadLetters(name)));
  return items;
}

/** Planning, and the webhooks that wait for it. */
export function judgePlanning({ connection, lanes, work, kommo, now }: ConnectionFacts): Draft[] {
  const items: Draft[] = [];
  // Planning reads Kommo, whose failure has an item of its own.
  const lane = fails(kommo) ? null : (lanes?.planning ?? null);
  const message = waitingMessage(PLANNING, lane, work?.planningAt ?? null, now);
  if (message !== null) {
    const isBroken = lane?.state === 'held' || isOlder(work?.planningAt ?? null, WORK_BROKEN_MS, now);
    items.push(draft('planning_waiting', connection, message, { light: isBroken ? 'broken' : 'warning' }));
  }
  const setAside = work?.setAside ?? 0;
  if (setAside > 0)
    items.push(
      draft(
        'events_set_aside',
        connection,
        setAside === 1 ? messages.eventSetAside : messages.eventsSetAside(String(setAside)),
      ),
    );
  if (work !== null && work.held > 0) items.push(heldDeals(connection, work, now));
  if (work?.unreadLog && now - work.unreadLog.at < UNREAD_SHOWN_MS)
    items.push(unreadLog(connection, work.unreadLog));
  if (isOlder(work?.inboxAt ?? null, WORK_WAITS_MS, now))
    items.push(draft('webhooks_waiting', connection, messages.webhooksWaiting(ago(work!.inboxAt!, now))));
  return items;
}

function unreadLog(connection: string, { from, to }: NonNullable<WorkAge['unreadLog']>): Draft {
  const [since, until] = [from, to].map((at) => new Date(at * 1000).toISOString().slice(0, 10));
  return draft('kommo_log_unread', connection, messages.kommoLogUnread(since!, until!));
}

function heldDeals(connection: string, { held, heldSince }: WorkAge, now: number): Draft {
  const since = heldSince === null ? null : ago(heldSince, now);
  return draft('deals_held', connection, heldMessage(held, since));
}

function heldMessage(held: number, since: string | null): string {
  if (held === 1) return since === null ? messages.dealHeld : messages.dealHeldFor(since);
  return since === null ? messages.dealsHeld(String(held)) : messages.dealsHeldFor(String(held), since);
}

/** Whether the API fails as a whole: a right that is missing for one call does not explain why the others wait. */
function fails({ failures }: ApiFacts): boolean {
  return failures.some(({ kind }) => kind !== 'rights');
}

/** What is said of work that waits. */
interface Waiting {
  waits(reason: string): string;
  isLate(time: string): string;
}

const PLANNING: Waiting = { waits: messages.planningWaits, isLate: messages.planningIsLate };

function delivering(side: string): Waiting {
  return {
    waits: (reason) => messages.deliveryWaits(side, reason),
    isLate: (time) => messages.deliveryIsLate(side, time),
  };
}

function waitingMessage(
  { waits, isLate }: Waiting,
  lane: NonNullable<ConnectionFacts['lanes']>['kommo'] | null,
  oldestAt: number | null,
  now: number,
): string | null {
  const isStopped =
    lane !== null && lane.since !== null && (lane.state === 'held' || now - lane.since >= LANE_WAITS_MS);
  if (isStopped && lane.state !== 'stopped') return waits(lane.reason ?? 'it is tried again');
  if (!isOlder(oldestAt, WORK_WAITS_MS, now)) return null;
  return isLate(ago(oldestAt!, now));
}

function isOlder(at: number | null, ms: number, now: number): boolean {
  return at !== null && now - at >= ms;
}

function ago(at: number, now: number): string {
  const minutes = Math.round((now - at) / 60_000);
  if (minutes < 120) return `${Math.max(1, minutes)} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
