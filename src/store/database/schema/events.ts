import type { Generated } from 'kysely';
import type { Json, StageRef, UnixSeconds } from '../../../domain/entities.ts';
import type { StagepostEvent } from '../../../domain/events.ts';
import type { SetAside } from '../../../domain/plan/plan-types.ts';
import type { Millis } from './common.ts';

/**
 * - `new`: to be planned
 * - `planned`: its actions are in the outbox
 * - `ignored`: nothing to do; `reason` says why
 * - `parked`: its person was not found; planned again when a stage sends the person to Customer.io
 * - `waiting`: a move whose deal has nobody to address yet; planned again when its deal or a contact of it changes, and by
 *   a clock, from `next_attempt_at` on
 * - `held`: a move of a burst, until somebody decides; then `waiting` for its turn, or `ignored`
 */
export type EventState = 'new' | 'planned' | 'ignored' | 'parked' | 'waiting' | 'held';

export interface EventRow {
  id: Generated<number>;
  connection: string;
  key: string;
  kind: StagepostEvent['kind'];
  /** The event's or report's name: `deal_won`, `email_opened`. */
  name: string | null;
  deal_id: number | null;
  contact_id: number | null;
  person: string | null;
  occurred_at: UnixSeconds;
  created_at: Millis;
  /** Empty after the retention time. */
  payload: StagepostEvent;
  state: EventState;
  reason: string | null;
  rule: string | null;
  warnings: string[];
  attempts: number;
  next_attempt_at: Millis;
  planned_at: Millis | null;
  /** The version of the rules it was planned with; null where the rules come from the file, or none was published. */
  rules_version: number | null;
  /** How often the process ended while this event may have been planned. */
  planning_crashes: Generated<number>;
  /** Why it was put aside without a decision of the rules; null for all other events. */
  set_aside: SetAside | null;
  /** One of `MAIL_STATES`, for moves and inactivity; null where it was not determined. */
  client_state: string | null;
  /** One of `NO_EMAIL_REASONS`; null where an email is due or none is the subject, and for events from before migration 084. */
  no_email: string | null;
  /** The deal's responsible user when it was read for the decision; null where it was not, and before migration 084. */
  owner_id: number | null;
  /** When a move was first planned and began to wait; null for an event that never waited. */
  waiting_since: Millis | null;
  /** The hold that the move belongs or belonged to. */
  hold_id: number | null;
  /** When somebody decided that a held move is sent; null for all others. */
  released_at: Millis | null;
  /** Reports only: the event that started the campaign of the email; null where that is not known. */
  caused_by: number | null;
  /** The time that the event of a released move carries: that of the move, or that of its sending. */
  released_with: 'move' | 'now' | null;
}

export interface EventReportRow {
  event_id: number;
  inbox_id: number;
}

export interface MoveRow {
  id: Generated<number>;
  connection: string;
  deal_id: number;
  from_stage_id: number | null;
  pipeline_id: number;
  stage_id: number;
  /** The time in the first webhook that reported the move. */
  hook_at: UnixSeconds | null;
  /** The times in all its webhooks, where there are several. */
  hook_times: UnixSeconds[] | null;
  /** When the first webhook arrived. */
  arrived_at: UnixSeconds | null;
  kommo_event_id: string | null;
  kommo_event_at: UnixSeconds | null;
  event_id: number;
  event_key: string;
}

/** A report of a stage change that lacks its time or its stage, or that may be about a known move. */
export interface IncompleteMoveRow {
  id: Generated<number>;
  connection: string;
  inbox_id: number;
  report: Json;
  attempts: number;
  next_attempt_at: Millis;
  /** When its request came; null in rows of earlier versions, whose request is in the inbox. */
  received_at: Generated<Millis | null>;
}

/** Moves of a burst into one stage, which wait for one decision. */
export interface HoldRow {
  id: Generated<number>;
  connection: string;
  pipeline_id: number;
  stage_id: number;
  /** The event of the stage's rule when the hold was opened. */
  event: string;
  /** The times of the first and the last move that made it a burst. */
  first_at: UnixSeconds;
  last_at: UnixSeconds;
  opened_at: Millis;
  /** When a move was last added. */
  changed_at: Millis;
  /** Null for a burst. */
  cause: 'restored' | 'backfill' | null;
}

/** A contact that a waiting move has seen on its deal: a change of the contact has the move planned again. */
export interface WaitingContactRow {
  connection: string;
  contact_id: number;
  event_id: number;
}

export interface EventStage extends StageRef {
  /** Null until its first deal. */
  holdId: number | null;
}
