import { sql } from 'kysely';
import { actionRows, insertedActions, type NewAction } from './actions/actions.ts';
import { type LeaseHolder, LeaseLost } from './connections/leased-transaction.ts';
import type { Db } from './database/database.ts';
import type { Millis } from './database/schema.ts';
import { markedEvents, type PlannedEvent } from './events/planned-events.ts';
import { type PeopleChanges, releasedReports, savedPeople } from './people.ts';

/** What every batch of plans stores. */
export interface NewPlans {
  events: PlannedEvent[];
  /** Of these events. */
  actions: NewAction[];
  /** See `giveUpNames` for people who were joined. */
  people: PeopleChanges;
}

export interface StoredPlans {
  /** The events that were not planned before: see `markPlanned`. The actions of others are not stored. */
  planned: Set<number>;
  /** How many parked reports are to be planned again. Those that the same plans have parked are not among them. */
  released: number;
}

/**
 * Stores decisions, their actions, and people with their names and links. One statement checks the lease and does all of it, so where
 * nothing else is to be stored it needs no transaction: five round trips less for a stage change.
 * @throws LeaseLost
 */
export async function storePlans(
  db: Db,
  { name: connection, owner }: LeaseHolder,
  { events, actions, people }: NewPlans,
  now: Millis,
): Promise<StoredPlans> {
  const isHeld = sql`exists (select 1 from lease)`;
  const { rows } = await sql<{ is_held: boolean; planned: number[]; released: number }>`
    with lease as (
      select 1 from connections where connection = ${connection} and owner = ${owner} for share
    ), planned as (
      ${markedEvents(events, now)} and ${isHeld} returning events.id
    ), new_actions as materialized (
      ${actionRows(actions)} where r.event_id in (select id from planned)
    ), added as (
      ${insertedActions(now)}
    ), ${savedPeople(connection, people, now, isHeld)}, released as (
      ${releasedReports(connection, people.appeared)} and ${isHeld} returning id
    )
    select ${isHeld} as is_held, (select coalesce(jsonb_agg(id), '[]') from planned) as planned,
      (select count(*)::int from released) as released
  `.execute(db);
  const { is_held, planned, released } = rows[0]!;
  if (!is_held) throw new LeaseLost(connection);
  return { planned: new Set(planned), released };
}
