import type { Kysely } from 'kysely';
import type { Clock, PgBoss } from 'pg-boss';
import type { DatabaseGuard } from './identity/guard.ts';
import type { Notification, NotificationListener } from './notifications.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;

/** The database with its queue, embedded or on a server, with the same SQL. */
export interface Database {
  db: Db;
  boss: PgBoss;
  kind: 'embedded' | 'postgres';
  /** Calls the listener for every notification of any process, this one included. One may come twice, or get lost. */
  onNotification(listener: NotificationListener): void;
  /** Notifies every process, this one included. To be called after the commit of the change. */
  notify(notification: Notification): void;
  /** As `notify`, where it concerns no other process. */
  notifyHere(notification: Notification): void;
  /** Starts the queue, and listens to the other processes. Queries already work before. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A PostgreSQL URL; empty or absent means the embedded database. */
  databaseUrl?: string | undefined;
  /** The folder for the embedded database; may be null where there is a URL. */
  dataDir: string | null;
  /** The queue's clock; tests pass pg-boss's TestClock. */
  clock?: Clock;
  onError(error: unknown): void;
  /**
   * Called when the embedded database has crashed and cannot be used in this process any more. End the process: the next
   * one finds all committed data.
   */
  onFatal?: ((error: Error) => void) | undefined;
  /** Refuses another database than the last one. Without it any is used, as by commands. */
  guard?: DatabaseGuard | undefined;
}
