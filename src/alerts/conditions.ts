import type { AlertSubject, Condition, Observation } from '../domain/alerts.ts';

/*
 * From what is seen to be wrong to the changes that are worth a message. Pure. It works on states, not on events: a process
 * that was away, or that starts again, continues where the stored conditions are.
 */

/** Something must be wrong, or right again, for this long, ms, before anybody is told. */
export const HOLD_MS = 30_000;
/** When somebody is told anyway, changes that have lasted this long, ms, are part of the same message. */
export const JOIN_MS = 10_000;
/** Something that comes and goes is announced although no episode lasts, from this many episodes in `FLAPPING_MS` on. */
export const FLAPPING_EPISODES = 4;
export const FLAPPING_MS = 10 * 60_000;
/** Episodes are remembered for this long, ms. */
export const REMEMBER_MS = 3_600_000;
/** The most episodes that are remembered. */
const MAX_EPISODES = 20;

/** A change that is announced. The condition is as it is after the change. */
export interface Change {
  condition: Condition;
  before: Condition['announced'];
}

export interface Seen {
  /** Everything that is wrong now. */
  observations: readonly Observation[];
  /** Whether the absence of an observation means that nothing is wrong: false where nothing could be observed. */
  isKnown(condition: Condition): boolean;
}

export interface Advanced {
  /** The conditions that are new or changed. */
  saved: Condition[];
  /** The keys of those that are over and forgotten. */
  removed: string[];
  changes: Change[];
}

/** The next state of all conditions, and the changes to announce. */
export function advance(conditions: readonly Condition[], seen: Seen, now: number): Advanced {
  const observed = new Map(seen.observations.map((observation) => [observation.key, observation]));
  const next = new Map<string, Condition>();
  for (const condition of conditions) {
    const observation = observed.get(condition.key);
    const isHeld = observation ? observation.light === 'unknown' : !seen.isKnown(condition);
    next.set(condition.key, isHeld ? condition : observe(condition, observation ?? null, now));
  }
  for (const observation of seen.observations) {
    if (!next.has(observation.key) && observation.light !== 'unknown')
      next.set(observation.key, observe(newCondition(observation, now), observation, now));
  }
  const due = dueKeys([...next.values()], now);
  const changes: Change[] = [];
  for (const key of due) {
    const condition = next.get(key)!;
    const announced = { ...condition, announced: condition.light, announcedStep: condition.step };
    next.set(key, announced);
    changes.push({ condition: announced, before: condition.announced });
  }
  return { ...difference(conditions, next, now), changes };
}

function newCondition(observation: Observation, now: number): Condition {
  return {
    ...subjectOf(observation),
    since: observation.since,
    light: 'ok',
    step: 0,
    lightSince: now,
    announced: 'ok',
    announcedStep: 0,
    episodes: [],
  };
}

function observe(condition: Condition, observation: Observation | null, now: number): Condition {
  const light = observation && observation.light !== 'unknown' ? observation.light : 'ok';
  const step = observation?.step ?? 0;
  const isBelowLimit = condition.step > 0 && step > 0 && step < condition.step;
  // A number that falls a little does not get better: only the end of the condition is a recovery.
  const kept: Pick<Condition, 'light' | 'step'> = isBelowLimit
    ? { light: condition.light, step: condition.step }
    : { light, step };
  const episodes = condition.episodes.filter((began) => began > now - REMEMBER_MS);
  const begins = condition.light === 'ok' && kept.light !== 'ok';
  if (begins) episodes.push(now);
  const isSame = condition.light === kept.light && condition.step === kept.step;
  return {
    ...condition,
    ...(observation ? subjectOf(observation) : {}),
    ...kept,
    lightSince: isSame ? condition.lightSince : now,
    since: begins ? sinceOf(condition, observation!, now) : condition.since,
    episodes: episodes.slice(-MAX_EPISODES),
  };
}

/** An episode that interrupts a recovery that was not announced is part of the one before. */
function sinceOf(condition: Condition, observation: Observation, now: number): number {
  if (condition.announced !== 'ok') return condition.since;
  return Math.min(observation.since, now);
}

function subjectOf({ key, topic, connection, side, code, message, todo, path }: Observation): AlertSubject {
  return { key, topic, connection, side, code, message, todo, path };
}

/** The conditions whose change is announced now. */
function dueKeys(conditions: Condition[], now: number): string[] {
  const changed = conditions.filter(isChanged);
  const isDue = (holdOf: (condition: Condition) => number) => (condition: Condition) =>
    now - heldSince(condition) >= holdOf(condition) || isFlapping(condition, now);
  if (!changed.some(isDue(holdMs))) return [];
  const joinMs = (condition: Condition) => holdMs(condition) - HOLD_MS + JOIN_MS;
  return changed.filter(isDue(joinMs)).map(({ key }) => key);
}

function isChanged({ light, step, announced, announcedStep }: Condition): boolean {
  if (light !== announced) return true;
  return light !== 'ok' && step > announcedStep;
}

/** Recoveries are announced later the more often something comes and goes, so that flapping makes few messages. */
function holdMs({ light, episodes }: Condition): number {
  if (light !== 'ok' || episodes.length < 3) return HOLD_MS;
  return episodes.length < 6 ? 5 * 60_000 : 15 * 60_000;
}

/** Since when the change lasts. Something that nobody was told of may change its light in between. */
function heldSince({ light, announced, lightSince, episodes }: Condition): number {
  return light !== 'ok' && announced === 'ok' ? (episodes.at(-1) ?? lightSince) : lightSince;
}

function isFlapping({ light, announced, episodes }: Condition, now: number): boolean {
  if (light === 'ok' || announced !== 'ok') return false;
  return episodes.filter((began) => began > now - FLAPPING_MS).length >= FLAPPING_EPISODES;
}

function difference(
  before: readonly Condition[],
  next: Map<string, Condition>,
  now: number,
): Pick<Advanced, 'saved' | 'removed'> {
  const old = new Map(before.map((condition) => [condition.key, condition]));
  const saved: Condition[] = [];
  const removed: string[] = [];
  for (const condition of next.values()) {
    const isOver = condition.light === 'ok' && condition.announced === 'ok';
    const isForgotten = isOver && condition.episodes.every((began) => began <= now - REMEMBER_MS);
    if (isForgotten) removed.push(condition.key);
    else if (!isSameCondition(old.get(condition.key), condition)) saved.push(condition);
  }
  return { saved, removed };
}

function isSameCondition(before: Condition | undefined, after: Condition): boolean {
  if (!before) return false;
  const keys = Object.keys(after) as (keyof Condition)[];
  return keys.every((key) =>
    key === 'episodes' ? isSameList(before.episodes, after.episodes) : before[key] === after[key],
  );
}

function isSameList(a: number[], b: number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
