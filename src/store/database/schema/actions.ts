import type { Generated } from 'kysely';
import type { ActionKind, Destination } from '../../../domain/actions.ts';
import type { Millis } from './common.ts';

/**
 * - `waiting`: for the action in `after_id`
 * - `ready`: to be delivered, from `next_attempt_at` on
 * - `sending`: being sent; the answer is not stored yet
 * - `done`, `dead` (a dead letter), `dropped` (no longer needed; `error` says why)
 */
export type ActionState = 'waiting' | 'ready' | 'sending' | 'done' | 'dead' | 'dropped';

export interface ActionRow {
  id: Generated<number>;
  connection: string;
  lane: Destination;
  event_id: number;
  kind: ActionKind;
  subject: string;
  deal_id: number | null;
  /** Read with `parseAction`. Empty after the retention time. */
  payload: object;
  ulid: string;
  state: ActionState;
  after_id: number | null;
  priority: number;
  attempts: number;
  next_attempt_at: Millis;
  created_at: Millis;
  sent_at: Millis | null;
  done_at: Millis | null;
  /** The destination's id of the entity that was created or changed. */
  result: string | null;
  failure: string | null;
  /** One of `FAILURE_CODES`, where the cause is known. */
  failure_code: string | null;
  error: string | null;
  warnings: string[];
}

/** A call. The table is partitioned by `started_at`. */
export interface AttemptRow {
  id: Generated<number>;
  connection: string;
  lane: Destination;
  started_at: Millis;
  duration_ms: number;
  call: string;
  status: number | null;
  outcome: string;
  error: string | null;
  action_ids: number[];
}
