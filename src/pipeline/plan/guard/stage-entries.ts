import { burstsOf, type StageEntry } from '../../../domain/bursts.ts';
import type { UnixSeconds } from '../../../domain/entities.ts';
import type { StageRule } from '../../../domain/rules/rules.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Millis } from '../../../store/database/schema.ts';
import { type Hold, recentEntries, recentHolds } from '../../../store/holds/hold-moves.ts';

/** How far back moves are read at a start, ms: a burst that was under way before a restart goes on. */
const READ_BACK_MS = 15 * 60_000;
const MOST_READ = 5_000;
/** How long a hold takes later moves of its stage, s after the last move of its burst. */
const HOLD_QUIET_S = 300;
/** For a start: holds that had a move added within this time, ms. */
const RECENT_HOLD_MS = 24 * 3_600_000;
const MOST_HOLDS = 20;
/** The most moves of a stage that are remembered, 8 bytes and more each. */
const MOST_ENTRIES = 20_000;

/** A guarded stage that a deal has entered. */
export type GuardedRule = StageRule & { bulkGuard: NonNullable<StageRule['bulkGuard']> };

interface Stage {
  /** In the order of their times. */
  entries: StageEntry[];
  eventIds: Set<number>;
  /** The newest first. */
  holds: Hold[];
}

/**
 * The moves of the last time into each guarded stage, and its holds. In the memory of the one process that runs the
 * connection, so that the guard costs no query for a move; read from the database before the first use.
 */
export class StageEntries {
  readonly #stages = new Map<string, Stage>();
  #isRead = false;

  /** To be called before the other methods. */
  async read(db: Db, connection: string, now: Millis): Promise<void> {
    if (this.#isRead) return;
    for (const hold of await recentHolds(db, connection, now - RECENT_HOLD_MS, MOST_HOLDS))
      this.#stageOf(hold).holds.push(hold);
    for (const entry of await recentEntries(db, connection, now - READ_BACK_MS, MOST_READ))
      this.add(entry, entry);
    this.#isRead = true;
  }

  /** Adds a move, unless it was added before. */
  add(stage: StageKey, { eventId, dealId, at }: StageEntry): void {
    const { entries, eventIds } = this.#stageOf(stage);
    if (eventIds.has(eventId)) return;
    entries.splice(positionAfter(entries, at), 0, { eventId, dealId, at });
    eventIds.add(eventId);
    if (entries.length > MOST_ENTRIES) eventIds.delete(entries.shift()!.eventId);
  }

  /** The events among the moves within these times that belong to a burst. */
  bursts(rule: GuardedRule, from: UnixSeconds, to: UnixSeconds): Set<number> {
    const { entries } = this.#stageOf(rule);
    const { deals, withinSeconds } = rule.bulkGuard;
    const first = positionAfter(entries, from - withinSeconds - 1);
    const end = positionAfter(entries, to + withinSeconds);
    return end - first <= deals ? new Set() : burstsOf(entries.slice(first, end), rule.bulkGuard);
  }

  /** The hold that takes a move of this time; undefined where none does. */
  holdFor(stage: StageKey, at: UnixSeconds): Hold | undefined {
    return this.#stageOf(stage).holds.find(isOpenAt(at));
  }

  /** To be called when a hold is stored. */
  remember(hold: Hold): void {
    const stage = this.#stageOf(hold);
    const others = stage.holds.filter(({ id }) => id !== hold.id);
    stage.holds = [hold, ...others].slice(0, MOST_HOLDS);
  }

  #stageOf({ pipelineId, stageId }: StageKey): Stage {
    const key = `${pipelineId}/${stageId}`;
    const stage = this.#stages.get(key) ?? { entries: [], eventIds: new Set(), holds: [] };
    this.#stages.set(key, stage);
    return stage;
  }
}

interface StageKey {
  pipelineId: number;
  stageId: number;
}

/** Whether a hold takes a move of this time. */
export function isOpenAt(at: UnixSeconds) {
  return ({ firstAt, lastAt }: Hold) => firstAt <= at && at <= lastAt + HOLD_QUIET_S;
}

/** The index after the last entry that is not later than `at`. */
function positionAfter(entries: readonly StageEntry[], at: UnixSeconds): number {
  let low = 0;
  for (let high = entries.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
