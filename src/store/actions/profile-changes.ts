import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import type { Db } from '../database/database.ts';

/**
 * The profile into which a merge goes: the present one of the person, who may have got yet another address since the merge
 * was planned. Null where the profiles are not the present and a former one of one person any more: an address has changed
 * back, or belongs to another contact. In rows from before migration 020 the key is the identifier.
 */
export async function presentProfile(
  db: Db,
  connection: string,
  { person, from }: { person: string; from: string },
): Promise<string | null> {
  const { rows } = await sql<{ present: string }>`
    with present as (
      select identifier from persons where connection = ${connection} and identifier = ${person}
      union select p.identifier from persons p
        join person_names later on later.connection = p.connection and later.person = p.person
        join person_names former on former.connection = p.connection and former.person = p.person
        where p.connection = ${connection} and p.identifier is not null
          and later.value = ${person} and later.source = 'identify' and former.value = ${from} and former.source = 'identify'
          and not exists (select 1 from persons where connection = ${connection} and identifier = ${person})
    )
    select identifier as present from present where not exists (
      select 1 from persons where connection = ${connection} and identifier = ${from}
      union all select 1 from persons where connection = ${connection} and person = ${from} and identifier is null
    ) limit 2
  `.execute(db);
  return rows.length === 1 ? rows[0]!.present : null;
}

/**
 * Whether the profile itself or merges into it are still to be sent. Customer.io ignores a merge into a profile that does not
 * exist yet, and a profile's own merges come a minute after its identify.
 */
export async function isOnItsWay(db: Db, connection: string, profile: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select 1 from actions where connection = ${connection} and lane = 'customerio'
        and subject = any(${[profile, `merge ${profile}`]}::text[]) and done_at is null and state <> 'waiting'
    ) as found
  `.execute(db);
  return rows[0]!.found;
}

/**
 * Whether updates or events for a profile are still to be sent: a merge before them would find nothing, and they would create the
 * profile again.
 * @param person the profile into which it is merged: all open actions of the person have its order key
 */
export async function isStillAddressed(
  db: Db,
  connection: string,
  { from, person }: { from: string; person: string },
): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select 1 from actions where connection = ${connection} and lane = 'customerio'
        and subject = any(${[from, person]}::text[]) and done_at is null and state <> 'waiting'
        and kind in ('identify', 'track') and payload->>'person' = ${from}
    ) as found
  `.execute(db);
  return rows[0]!.found;
}

/** Whether a person of this identifier has a contact that exists, as far as is known. */
export async function hasContact(db: Db, connection: string, identifier: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select 1 from persons p
      join person_names n on n.connection = p.connection and n.person = p.person
      where p.connection = ${connection} and n.kind = 'contact' and n.until is null
        and (p.identifier = ${identifier} or (p.identifier is null and p.person = ${identifier}))
    ) as found
  `.execute(db);
  return rows[0]!.found;
}

/** Records that Customer.io has refused an email for people, or, with null, that it has taken one. */
export async function setRefusedEmail(
  db: Db,
  connection: string,
  identifiers: string[],
  email: string | null,
): Promise<void> {
  if (identifiers.length === 0) return;
  await sql`
    update persons set refused_email = ${email}
    where connection = ${connection} and identifier = any(${identifiers}::text[])
      and refused_email is distinct from ${email}
  `.execute(db);
}

/** A refusal of an email, found in Customer.io's activity log after the call was answered 200. */
export interface EmailRefusal {
  /** The action that sent the email. */
  actionId: number;
  person: string;
  email: string | null;
}

/** As `setRefusedEmail`, except where a later change of the email was accepted: the log is read minutes later, and overlaps. */
export async function recordRefusal(
  trx: LeasedTransaction,
  connection: string,
  { actionId, person, email }: EmailRefusal,
): Promise<void> {
  const { rows } = await sql<{ taken: boolean }>`
    select exists (
      select 1 from actions a join actions refused on refused.id = ${actionId}
      where a.created_at >= refused.created_at and a.id > refused.id and a.connection = ${connection}
        and a.kind = 'change_email' and a.state = 'done' and a.payload->>'person' = ${person} and a.payload->>'to' = ${email}
    ) as taken
  `.execute(trx);
  if (!rows[0]!.taken) await setRefusedEmail(trx, connection, [person], email);
}
