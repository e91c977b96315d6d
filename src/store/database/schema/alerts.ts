import type { Generated } from 'kysely';
import type { AlertRecord, Condition, Notice, ReceiverState } from '../../../domain/alerts.ts';
import type { Millis } from './common.ts';

/** Something that is or was wrong, as the alerts know it. */
export interface AlertConditionRow {
  key: string;
  state: Condition;
}

/** What a receiver of alerts was told of a condition, and what it is to be told. */
export interface AlertNoticeRow {
  receiver: string;
  key: string;
  /** Rises with every change, so that a change during the sending is not lost. */
  version: number;
  state: Notice;
}

export interface AlertReceiverRow {
  receiver: string;
  state: ReceiverState;
}

/** The process that evaluates the alerts, or sends to a receiver. By the database's clock. */
export interface AlertLeaseRow {
  name: string;
  owner: string;
  leased_until: Millis;
}

export interface AlertMessageRow {
  id: string;
  receiver: string;
  at: Millis;
  state: AlertRecord;
}

export interface AlertMuteRow {
  id: Generated<number>;
  receiver: string | null;
  connection: string | null;
  code: string | null;
  ends_at: Millis;
  set_by: string;
  set_at: Millis;
}
