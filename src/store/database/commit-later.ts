import { sql } from 'kysely';

/**
 * A column that lets the transaction commit without waiting for the disk: its commit is flushed with the next one that
 * does wait, or within seconds. Only for data that can be restored after a power cut: a stored request is understood
 * again, and a call whose outcome was lost is repeated under its id, or read back.
 */
export const commitLater = sql`set_config('synchronous_commit', 'off', true)`;

/** A column that makes the transaction wait for the disk again. */
export const commitNow = sql`set_config('synchronous_commit', 'on', true)`;
