import type { AlertLevel, AlertTopic, Condition, Mute, Notice } from '../domain/alerts.ts';
import type { Change } from './conditions.ts';

/*
 * What each receiver is to be told. Pure. There is one notice for each receiver and condition, which every further change
 * updates, so that a receiver that was away gets one truthful message instead of a history.
 */

/** Which alerts a receiver wants. */
export interface Route {
  name: string;
  levels: readonly AlertLevel[];
  topics: readonly AlertTopic[];
  /** Null: all. What concerns the whole installation goes to every receiver. */
  connections: readonly string[] | null;
}

/** A condition that a receiver knows of is repeated after this time, ms. */
export const REMIND_MS = 24 * 3_600_000;
/** The end of something that nobody could be told of is dropped after this time, ms. */
export const LATE_MS = 7 * 24 * 3_600_000;
/** Conditions that end by themselves, such as "a gap was repaired": the end is no news. */
const WITHOUT_END: readonly AlertTopic[] = ['gaps'];

/** The notice after a change: null where the receiver has nothing to be told any more, or never had. */
export function noticeAfter(
  existing: Notice | null,
  { condition, before }: Change,
  route: Route,
  now: number,
): Notice | null {
  const { light } = condition;
  if (light === 'ok') return existing && endOf(existing, condition, route, now);
  const isWanted = wants(route, condition, light);
  if (!existing) return isWanted ? newNotice(condition, light, route.name, now) : null;
  const isAgain = existing.light === 'ok' || (before === 'ok' && existing.waitingSince !== null);
  const isAnnounced = isWanted || existing.insteadOf !== null;
  return {
    ...existing,
    ...subjectOf(condition),
    light,
    worst: existing.worst === 'broken' ? 'broken' : light,
    since: existing.deliveredLight === 'ok' ? Math.min(existing.since, condition.since) : condition.since,
    endedAt: null,
    episodes: existing.episodes + (isAgain ? 1 : 0),
    waitingSince: existing.waitingSince ?? (isAnnounced ? now : null),
  };
}

function newNotice(
  condition: Condition,
  light: 'warning' | 'broken',
  receiver: string,
  now: number,
  insteadOf: string | null = null,
): Notice {
  return {
    ...subjectOf(condition),
    receiver,
    deliveredLight: 'ok',
    light,
    worst: light,
    since: condition.since,
    endedAt: null,
    episodes: 1,
    waitingSince: now,
    deliveredAt: null,
    insteadOf,
  };
}

function endOf(existing: Notice, condition: Condition, route: Route, now: number): Notice | null {
  if (WITHOUT_END.includes(existing.topic)) return existing.waitingSince === null ? null : existing;
  const ended: Notice = { ...existing, light: 'ok', endedAt: condition.lightSince };
  if (existing.deliveredLight === 'ok') return existing.waitingSince === null ? null : ended;
  if (!route.levels.includes('recovered')) return null;
  return { ...ended, waitingSince: existing.waitingSince ?? now };
}

function subjectOf({ key, topic, connection, side, code, message, todo, path }: Condition) {
  return { key, topic, connection, side, code, message, todo, path };
}

/** Whether the receiver wants to be told of this. What concerns the receiver itself cannot be told to it. */
function wants(route: Route, condition: Condition, level: AlertLevel): boolean {
  if (condition.code === failingCode(route.name)) return false;
  const { connection, topic } = condition;
  const isOfConnection =
    connection === null || route.connections === null || route.connections.includes(connection);
  return isOfConnection && route.topics.includes(topic) && route.levels.includes(level);
}

/** The code of the condition that a receiver cannot be reached. */
export function failingCode(receiver: string): string {
  return `alert_receiver_failing:${receiver}`;
}

/** The notice after a message that contained it was delivered; null where nothing is left to tell. */
export function afterDelivery(notice: Notice, now: number): Notice | null {
  if (notice.endedAt !== null || WITHOUT_END.includes(notice.topic)) return null;
  return {
    ...notice,
    deliveredLight: notice.light,
    worst: lightOr(notice),
    waitingSince: null,
    deliveredAt: now,
    episodes: 0,
  };
}

/** The notice where it changed while a message with its former state was delivered. */
export function afterOlderDelivery(notice: Notice, sent: Notice, now: number): Notice | null {
  if (sent.endedAt !== null && notice.endedAt !== null) return null;
  const deliveredLight = sent.endedAt === null ? sent.light : 'ok';
  return {
    ...notice,
    deliveredLight,
    worst: lightOr(notice),
    deliveredAt: now,
    waitingSince: notice.waitingSince ?? now,
  };
}

function lightOr({ light, worst }: Notice): 'warning' | 'broken' {
  return light === 'ok' ? worst : light;
}

/** What happens to a notice now. `drop`: it will not be told. */
export function dispositionOf(notice: Notice, mutes: readonly Mute[], now: number): 'send' | 'keep' | 'drop' {
  const isOverUnannounced = notice.endedAt !== null && notice.deliveredLight === 'ok';
  if (isMuted(notice, mutes, now)) return isOverUnannounced ? 'drop' : 'keep';
  if (notice.endedAt !== null && notice.endedAt < now - LATE_MS) return 'drop';
  if (notice.waitingSince !== null) return 'send';
  return isReminderDue(notice, now) ? 'send' : 'keep';
}

export function isReminderDue(
  { waitingSince, light, deliveredLight, deliveredAt }: Notice,
  now: number,
): boolean {
  return (
    waitingSince === null &&
    light !== 'ok' &&
    deliveredLight !== 'ok' &&
    (deliveredAt ?? now) <= now - REMIND_MS
  );
}

export function isMuted(
  { receiver, connection, code }: Pick<Notice, 'receiver' | 'connection' | 'code'>,
  mutes: readonly Mute[],
  now: number,
): boolean {
  return mutes.some(
    (mute) =>
      mute.endsAt > now &&
      (mute.receiver === null || mute.receiver === receiver) &&
      (mute.connection === null || mute.connection === connection) &&
      (mute.code === null || mute.code === code),
  );
}

/**
 * Where a receiver cannot be reached, the others are told in its place of what none of them knows.
 * @param notices all notices of all receivers
 * @param reachable the names of the receivers that are not failing
 */
export function noticesInstead(
  failing: string,
  notices: readonly Notice[],
  reachable: readonly string[],
  mutes: readonly Mute[],
  now: number,
): Notice[] {
  return notices
    .filter(
      ({ receiver, waitingSince, insteadOf }) => receiver === failing && waitingSince !== null && !insteadOf,
    )
    .filter((notice) => notice.light !== 'ok' && !isMuted(notice, mutes, now))
    .filter(({ key }) => !notices.some((other) => other.key === key && reachable.includes(other.receiver)))
    .flatMap((notice) =>
      reachable
        .filter((name) => name !== failing)
        .map(
          (receiver): Notice => ({
            ...notice,
            receiver,
            deliveredLight: 'ok',
            deliveredAt: null,
            waitingSince: now,
            insteadOf: failing,
          }),
        ),
    );
}
