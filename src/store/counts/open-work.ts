import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/** The open work of a connection. */
export interface OpenWork {
  connection: string;
  /** Requests not yet understood. */
  inbox: number;
  /** Events not yet planned. */
  events: number;
  /** Actions ready for that lane or under way. */
  kommo: number;
  customerio: number;
  /** Dead letters. */
  dead: number;
  /** Reports that wait for their person. */
  parked: number;
  /** Moves that wait for a contact with an email. */
  waiting: number;
  /** Moves of bursts that somebody must decide about. */
  held: number;
  /** Running inactivity timers. */
  watches: number;
  /** When the oldest undelivered action was created, unix ms; null where all are delivered. */
  oldest: number | null;
}

/** Counts the open work by connection. Each count reads a partial index of open rows, so it grows with the queues. */
export async function openWork(db: Db, connections: string[]): Promise<OpenWork[]> {
  const { rows } = await sql<OpenWork>`
    select c.connection,
      (select count(*) from inbox i where i.connection = c.connection and i.state = 'new')::int as inbox,
      (select count(*) from events e where e.connection = c.connection and e.state = 'new')::int as events,
      (select count(*) from actions a where a.connection = c.connection and a.lane = 'kommo'
        and a.state in ('ready', 'sending'))::int as kommo,
      (select count(*) from actions a where a.connection = c.connection and a.lane = 'customerio'
        and a.state in ('ready', 'sending'))::int as customerio,
      (select count(*) from actions a where a.connection = c.connection and a.state = 'dead')::int as dead,
      (select count(*) from events e where e.connection = c.connection and e.state = 'parked')::int as parked,
      (select count(*) from events e where e.connection = c.connection and e.state = 'waiting')::int as waiting,
      (select count(*) from events e where e.connection = c.connection and e.state = 'held')::int as held,
      (select count(*) from watches w where w.connection = c.connection and w.state = 'running')::int as watches,
      (select min(a.created_at) from actions a where a.connection = c.connection and a.state in ('ready', 'sending')) as oldest
    from unnest(${connections}::text[]) as c(connection)
  `.execute(db);
  return rows;
}
