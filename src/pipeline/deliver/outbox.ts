import type { Destination } from '../../domain/actions.ts';
import { type ActionOutcome, type NewAttempt, saveOutcomes } from '../../store/actions/actions.ts';
import { type DueAction, type DueActions, dueActions } from '../../store/actions/due-actions.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis } from '../../store/database/schema.ts';

export type OutboxRow = DueAction;

/** One API call, for the trace. */
export type Attempt = Omit<NewAttempt, 'connection' | 'lane'>;

/** The stored actions of one lane. Every method rejects where the database cannot be reached. */
export interface Outbox {
  /** The actions to deliver now, the most urgent and oldest first, at most `limit`. */
  fetchDue(now: Millis, limit: number): Promise<DueActions>;
  /** Stores outcomes and attempts with one commit. @returns the lanes where an action became ready as a result. */
  save(outcomes: ActionOutcome[], attempts: Attempt[], now: Millis): Promise<Destination[]>;
}

/** @param owner the holder of the connection's lease: an action is stored as ready to be retried only for the holder. */
export function createOutbox(db: Db, connection: string, lane: Destination, owner: string): Outbox {
  return {
    fetchDue: (now, limit) => dueActions(db, connection, lane, now, limit),
    save: (outcomes, attempts, now) =>
      saveOutcomes(
        db,
        outcomes,
        now,
        owner,
        attempts.map((attempt) => ({ connection, lane, ...attempt })),
      ),
  };
}
