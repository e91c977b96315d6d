import { z } from 'zod';

/**
 * The messages between the processes on one database: JSON in the payload of a NOTIFY. PostgreSQL allows a payload of
 * 8,000 bytes; these stay below 200, because a connection's name has at most 63.
 *
 * - `work_stored`: a request, an event or an action was committed for this connection
 * - `rules_published`: this connection has a newer version of its rules
 * - `backfill_changed`: a backfill of this connection was made, confirmed, paused, resumed or stopped
 * - `connections_changed`: a connection was added to the database, changed or removed
 * - `leases_changed`: leases were given back, or a new instance wants its share of them
 * - `rpc_call`: a row of `rpc_calls` waits for the process that runs this connection
 */
export type Notification = z.output<typeof notification>;

const notification = z.discriminatedUnion('type', [
  z.object({ type: z.literal('work_stored'), connection: z.string() }),
  z.object({ type: z.literal('rules_published'), connection: z.string() }),
  z.object({ type: z.literal('backfill_changed'), connection: z.string() }),
  z.object({ type: z.literal('connections_changed') }),
  z.object({ type: z.literal('leases_changed') }),
  z.object({ type: z.literal('rpc_call'), id: z.int(), connection: z.string() }),
]);

export type NotificationListener = (notification: Notification) => void;

/**
 * Null for a payload that this version does not know, such as that of an older or newer version during a rolling
 * upgrade. It is ignored, because nothing depends on a notification: the coordinator's poll finds stored work and
 * published rules within 5 s, the leases are rebalanced every 3 s, and a remote call that nobody claims ends with an error
 * that asks to try again.
 */
export function parseNotification(payload: string): Notification | null {
  try {
    return notification.safeParse(JSON.parse(payload)).data ?? null;
  } catch {
    return null;
  }
}

/** The notification listeners of one process. */
export interface NotificationListeners {
  add(listener: NotificationListener): void;
  /** Calls all listeners. An error of one goes to `onError` and affects neither the others nor the caller. */
  publish(notification: Notification): void;
}

export function createNotificationListeners(onError: (error: unknown) => void): NotificationListeners {
  const listeners: NotificationListener[] = [];
  return {
    add: (listener) => void listeners.push(listener),
    publish(notification) {
      for (const listener of listeners) {
        try {
          listener(notification);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
