import type { Generated } from 'kysely';
import type { Millis } from './common.ts';

/** A version of the rules that are kept in the database. Its text is stored exactly as it was published. */
export interface RuleVersionRow {
  connection: string;
  /** 1, 2, 3, … for each connection. */
  version: number;
  /** UTF-8. */
  text: Uint8Array;
  at: Millis;
  published_by: string;
  /** As `AuditRow.who_kind` and `who_id`. */
  published_kind: string | null;
  published_id: number | null;
  note: string | null;
  /** The older version that it restores; null where it restores none. */
  restored: number | null;
}

/** A test case of a connection's rules: an event with the facts of its decision, and the decision that is expected. */
export interface RuleCaseRow {
  id: Generated<number>;
  connection: string;
  name: string;
  /** The event, as a sentence. */
  title: string;
  /** The deal, and the contacts, whose data the facts hold. */
  deal_id: number | null;
  contact_ids: number[];
  facts: Uint8Array;
  expected: Uint8Array;
  saved_at: Millis;
  saved_by: string;
}

export interface WatchRow {
  id: Generated<number>;
  connection: string;
  start: string;
  unless: string;
  /** The person's key. */
  person: string;
  deal_id: number;
  started_at: Millis;
  fires_at: Millis;
  state: Generated<'running' | 'stopped' | 'fired'>;
  /** The event that stopped it. */
  stopped_by: number | null;
  ended_at: Millis | null;
}

/** An address to which an editor has sent tests of rules. */
export interface TestPersonRow {
  connection: string;
  /** In its normal form. */
  address: string;
  /** The last time. */
  sent_at: Millis;
}
