import { type Selectable, sql } from 'kysely';
import type { Json } from '../domain/entities.ts';
import type { FieldState } from '../domain/opt-out.ts';
import type { LeasedTransaction } from './connections/leased-transaction.ts';
import { type Db, jsonText } from './database/database.ts';
import type { Millis, PersonRow } from './database/schema.ts';

export interface PersonUpsert {
  connection: string;
  person: string;
  email: string | null;
  contact_id: number | null;
  deal_id: number | null;
  /** Null keeps the stored attributes. */
  attributes: Record<string, Json> | null;
  fields: Record<string, FieldState>;
}

export interface PersonDeal {
  connection: string;
  person: string;
  deal_id: number;
}

/**
 * Stores people and their links to deals in one statement. Nulls keep the stored values, and existing links keep their
 * time. Parked reports about the people in `appeared` (identifiers or emails) become new, so that they are planned again.
 */
export async function savePeople(
  trx: LeasedTransaction,
  connection: string,
  { persons, links, appeared }: { persons: PersonUpsert[]; links: PersonDeal[]; appeared: string[] },
  now: Millis,
): Promise<void> {
  if (persons.length + links.length + appeared.length === 0) return;
  await sql`
    with saved as (
      insert into persons (connection, person, email, contact_id, deal_id, attributes, fields, updated_at)
      select r.connection, r.person, r.email, r.contact_id, r.deal_id, r.attributes, r.fields, ${now}::bigint
      from jsonb_to_recordset(${jsonText(persons)}::jsonb) as r(connection text, person text, email text,
        contact_id bigint, deal_id bigint, attributes jsonb, fields jsonb)
      on conflict (connection, person) do update set
        email = coalesce(excluded.email, persons.email),
        contact_id = coalesce(excluded.contact_id, persons.contact_id),
        deal_id = coalesce(excluded.deal_id, persons.deal_id),
        attributes = coalesce(nullif(excluded.attributes, 'null'), persons.attributes),
        fields = persons.fields || excluded.fields,
        updated_at = excluded.updated_at
    ), linked as (
      insert into person_deals (connection, person, deal_id, linked_at)
      select r.connection, r.person, r.deal_id, ${now}::bigint
      from jsonb_to_recordset(${jsonText(links)}::jsonb) as r(connection text, person text, deal_id bigint)
      on conflict do nothing
    )
    update events set state = 'new', reason = null
    where connection = ${connection} and state = 'parked' and person = any(${appeared}::text[])
  `.execute(trx);
}

/** Persons by identifier or by email. */
export async function personsNamed(
  db: Db,
  connection: string,
  names: string[],
): Promise<Selectable<PersonRow>[]> {
  if (names.length === 0) return [];
  const { rows } = await sql<Selectable<PersonRow>>`
    select * from persons where connection = ${connection} and person = any(${names}::text[])
    union
    select * from persons where connection = ${connection} and email = any(${names}::text[])
  `.execute(db);
  return rows;
}

/** Persons of these contacts, and persons linked to these deals. */
export async function personsOf(
  db: Db,
  connection: string,
  contactIds: number[],
  dealIds: number[],
): Promise<Selectable<PersonRow>[]> {
  if (contactIds.length + dealIds.length === 0) return [];
  const { rows } = await sql<Selectable<PersonRow>>`
    select * from persons where connection = ${connection} and contact_id = any(${contactIds}::bigint[])
    union
    select * from persons where connection = ${connection} and deal_id = any(${dealIds}::bigint[])
    union
    select p.* from persons p
    join person_deals d on d.connection = p.connection and d.person = p.person
    where d.connection = ${connection} and d.deal_id = any(${dealIds}::bigint[])
  `.execute(db);
  return rows;
}

/** The recorded deals of each person. */
export async function dealsOfPersons(
  db: Db,
  connection: string,
  persons: string[],
): Promise<Map<string, number[]>> {
  if (persons.length === 0) return new Map();
  const rows = await db
    .selectFrom('person_deals')
    .select(['person', 'deal_id'])
    .where('connection', '=', connection)
    .where('person', 'in', persons)
    .execute();
  const deals = new Map<string, number[]>();
  for (const row of rows) deals.set(row.person, [...(deals.get(row.person) ?? []), row.deal_id]);
  return deals;
}

/** Removes the links of deleted deals to their people. */
export async function unlinkDeals(
  trx: LeasedTransaction,
  connection: string,
  dealIds: number[],
): Promise<void> {
  if (dealIds.length === 0) return;
  await trx
    .deleteFrom('person_deals')
    .where('connection', '=', connection)
    .where('deal_id', 'in', dealIds)
    .execute();
}
