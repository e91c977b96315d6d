import type { Generated } from 'kysely';
import type { UnixSeconds } from '../../../domain/entities.ts';
import type { Millis } from './common.ts';

/** A running or former process on this database. */
export interface InstanceRow {
  instance: string;
  /** Instances of one fleet have the same connections, and share them. */
  fleet: string;
  alive_until: Millis;
}

/** A call to the process that runs a connection. The row exists for seconds. */
export interface RpcCallRow {
  id: Generated<number>;
  connection: string;
  method: string;
  /** JSON. */
  request: string;
  /** The process that runs the connection has claimed the call. */
  is_claimed: Generated<boolean>;
  /** JSON; null until there is one. */
  response: string | null;
  created_at: Millis;
}

/** The identity of this database. There is one row. */
export interface InstallationRow {
  only_row: Generated<true>;
  id: string;
  created_at: Millis;
  /** The time of the state that was restored, and of the restore; null without one, and after the first start. */
  restored_from: Millis | null;
  restored_at: Millis | null;
  /** What happened before, and is planned now, may have been sent by a database that was lost. */
  doubtful_until: UnixSeconds | null;
  /** Where the data was moved to; null where it was not. */
  moved_to: string | null;
  moved_at: Millis | null;
}
