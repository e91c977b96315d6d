import type { Generated } from 'kysely';
import type { Millis, Source } from './common.ts';

/** A request that is to be understood. */
export interface InboxRow {
  id: Generated<number>;
  connection: string;
  source: Source;
  received_at: Millis;
  headers: Record<string, string>;
  /** Null after the retention time, in rows of earlier versions. */
  body: Uint8Array | null;
  /** `done`: understood by an earlier version, which kept such requests in this table. */
  state: 'new' | 'done';
  /** A sentence for people: what was understood, or why the request was ignored. */
  outcome: string | null;
  understood_at: Millis | null;
}

/** A request that was understood. The table is partitioned by `received_at`. */
export interface UnderstoodRow extends Omit<InboxRow, 'id' | 'state'> {
  /** As in the inbox. */
  id: number;
}
