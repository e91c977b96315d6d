import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { jsonText } from '../database/database.ts';

/** The key within which the actions of a profile at Customer.io keep their order. */
export interface OrderKey {
  /** The identifier in the actions. */
  profile: string;
  /** The identifier of the person's present profile: all profiles of one person have one key. */
  subject: string;
}

/**
 * Moves the open actions of profiles to other order keys, so that actions for the present profile of a person wait for those
 * that were planned for a former one. Without this an event of before an address changed could arrive after later ones, or
 * create the former profile again after it was renamed or merged.
 * @param keys all profiles of the people whose profiles have changed: an open action stands under one of them
 */
export async function moveOrderKeys(
  trx: LeasedTransaction,
  connection: string,
  keys: OrderKey[],
): Promise<void> {
  if (keys.length === 0) return;
  const subjects = [...new Set(keys.flatMap(({ profile, subject }) => [profile, subject]))];
  // Without the state, as in `actions_subject`, each of the two lookups reads an index of open actions only.
  await sql`
    with r as materialized (
      select * from jsonb_to_recordset(${jsonText(keys)}::jsonb) as r(profile text, subject text)
    ), open as materialized (
      select id from actions where connection = ${connection} and lane = 'customerio'
        and subject = any(${subjects}::text[]) and done_at is null and state <> 'waiting'
    ), moved as (
      select id from open
      union all
      select f.id from open join actions f on f.after_id = open.id
        where f.state = 'waiting' and f.lane = 'customerio' and f.subject = any(${subjects}::text[])
    )
    update actions a set subject = r.subject
    from r, moved
    where a.id = moved.id and a.payload->>'person' = r.profile and a.subject <> r.subject
  `.execute(trx);
}
