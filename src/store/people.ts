import { type RawBuilder, type Selectable, sql } from 'kysely';
import { isFormerIdentifier, searchNames } from '../domain/people/names.ts';
import {
  type KnownPerson,
  type PersonJoin,
  type PersonLink,
  type PersonName,
  shownName,
} from '../domain/people/person-types.ts';
import { parseFieldStates } from '../domain/stored-values.ts';
import type { LeasedTransaction } from './connections/leased-transaction.ts';
import { type Db, jsonText } from './database/database.ts';
import type { Millis, PersonRow } from './database/schema.ts';

/** What people are found by. Any of the lists may be missing. */
export interface PeopleQuery {
  keys?: string[];
  /** Addresses, identifiers and `cio_id`s, ended ones too. */
  names?: string[];
  /** Contacts that a person has or had. */
  contactIds?: number[];
  /** Deals that a person is or was on, or whose values the person's attributes follow. */
  dealIds?: number[];
}

/** A person with names, links and the keys that were given up for it, as stored. */
export type StoredPerson = Selectable<PersonRow> & {
  names: PersonName[];
  links: PersonLink[];
  former_keys: string[];
};

/**
 * The people that the query finds. A person from before migration 020 has no rows of names: the names that its record
 * implies are added.
 */
export async function findStoredPeople(
  db: Db,
  connection: string,
  { keys = [], names = [], contactIds = [], dealIds = [] }: PeopleQuery,
): Promise<StoredPerson[]> {
  if (keys.length + names.length + contactIds.length + dealIds.length === 0) return [];
  // The limit makes each person a lookup of its own: a join would read all people where the plan fits any values.
  const { rows } = await sql<StoredPerson>`
    with found as (
      select person from persons
        where connection = ${connection} and person = any(${[...keys, ...names]}::text[])
      union select person from persons where connection = ${connection} and identifier = any(${names}::text[])
      union select person from persons where connection = ${connection} and email = any(${names}::text[])
      union select person from persons where connection = ${connection} and contact_id = any(${contactIds}::bigint[])
      union select person from persons where connection = ${connection} and deal_id = any(${dealIds}::bigint[])
      union select person from person_deals where connection = ${connection} and deal_id = any(${dealIds}::bigint[])
      union select person from person_names
        where connection = ${connection} and value = any(${names}::text[]) and kind <> 'contact'
      union select person from person_names
        where connection = ${connection} and value = any(${contactIds.map(String)}::text[]) and kind = 'contact'
      union select person from person_joins where connection = ${connection} and joined = any(${keys}::text[])
    )
    select p.*,
      (select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'value', n.value, 'source', n.source,
          'since', n.since, 'until', n.until)), '[]')
        from person_names n where n.connection = p.connection and n.person = p.person) as names,
      (select coalesce(jsonb_agg(jsonb_build_object('dealId', d.deal_id, 'role', d.role, 'contactId', d.contact_id,
          'since', d.linked_at, 'until', d.until)), '[]')
        from person_deals d where d.connection = p.connection and d.person = p.person) as links,
      array(select j.joined from person_joins j where j.connection = p.connection and j.person = p.person) as former_keys
    from found cross join lateral (
      select * from persons where connection = ${connection} and person = found.person limit 1
    ) p
  `.execute(db);
  return rows.map(withImpliedNames);
}

/** A person as the console and the trace show it. */
export interface TracedPerson {
  /** Never shown. */
  key: string;
  /** The identifier at Customer.io, or another name where the person was never identified. */
  person: string;
  email: string | null;
  contact_id: number | null;
  deal_id: number | null;
  attributes: KnownPerson['attributes'];
  fields: KnownPerson['fields'];
  updated_at: Millis;
  /** All addresses and identifiers, ended ones too: the names under which events are stored. */
  names: string[];
  links: PersonLink[];
}

/** As `findStoredPeople`, as shown. People without any address or identifier are left out: there is no name to show. */
export async function findTracedPeople(
  db: Db,
  connection: string,
  query: PeopleQuery,
): Promise<TracedPerson[]> {
  const rows = await findStoredPeople(db, connection, query);
  const traced = rows.map((row): TracedPerson => {
    const { person: key, identifier, contact_id, deal_id, updated_at, links } = row;
    const { email, attributes, fields } = row;
    const names = searchNames({ key, identifier, email, names: row.names });
    const person = shownName({ key, identifier, email, contactId: contact_id });
    return { key, person, email, contact_id, deal_id, attributes, fields, updated_at, names, links };
  });
  return traced.filter(({ names }) => names.length > 0);
}

/** As `findStoredPeople`, in the terms of the decisions. */
export async function findPeopleRecords(
  db: Db,
  connection: string,
  query: PeopleQuery,
): Promise<KnownPerson[]> {
  return (await findStoredPeople(db, connection, query)).map(knownPerson);
}

function withImpliedNames(row: StoredPerson): StoredPerson {
  const { email, contact_id: contactId, names, updated_at: since } = row;
  const identifier = row.identifier ?? (isFormerIdentifier(row.person) ? row.person : null);
  const add = (kind: PersonName['kind'], value: string | null, source: string): PersonName[] =>
    value === null || names.some((name) => name.kind === kind && name.value === value)
      ? []
      : [{ kind, value, source, since, until: null }];
  const implied = [
    ...add('address', email, contactId === null ? 'report' : `contact ${contactId}`),
    ...add('contact', contactId === null ? null : String(contactId), 'kommo'),
    ...add('identifier', identifier, 'identify'),
  ];
  return { ...row, identifier, names: [...names, ...implied] };
}

function knownPerson(row: StoredPerson): KnownPerson {
  const { person: key, identifier, email, contact_id, deal_id, attributes, names, links } = row;
  return {
    ...{ key, identifier, email, contactId: contact_id, dealId: deal_id, attributes },
    ...(row.refused_email === null ? {} : { refusedEmail: row.refused_email }),
    ...{ fields: parseFieldStates(row.fields), names, links, formerKeys: row.former_keys },
  };
}

/** The changes of people to store: see `changedPeople` in pipeline/gather/changed-people.ts. */
export interface PeopleChanges {
  /** Whole records; those of keys that exist are replaced. */
  persons: KnownPerson[];
  /** Names and links that are new or have changed, by the person's key. */
  names: (PersonName & { key: string })[];
  /** Names that the person of this key had, and another one has now. */
  movedNames: (PersonName & { key: string })[];
  links: (PersonLink & { key: string })[];
  joins: PersonJoin[];
  /** Names of people who appeared or got a deal: parked reports about them are planned again. */
  appeared: string[];
}

/** To be called before people are stored, where some of them were joined or names moved. */
export async function giveUpNames(
  trx: LeasedTransaction,
  connection: string,
  { joins, movedNames }: PeopleChanges,
  now: Millis,
): Promise<void> {
  if (joins.length > 0) await giveUpKeys(trx, connection, joins, now);
  if (movedNames.length > 0) await removeNames(trx, connection, movedNames);
}

/**
 * The parts of a statement that store people with their names and links.
 * @param condition under which they are stored
 */
export function savedPeople(
  connection: string,
  { persons, names, links }: PeopleChanges,
  now: Millis,
  condition: RawBuilder<unknown>,
) {
  const rows = persons.map(({ key, contactId, dealId, names: _, links: __, formerKeys: ___, ...person }) => ({
    ...{ person: key, contact_id: contactId, deal_id: dealId },
    ...person,
  }));
  return sql`
    saved as (
      insert into persons (connection, person, identifier, email, contact_id, deal_id, attributes, fields, updated_at)
      select ${connection}, r.person, r.identifier, r.email, r.contact_id, r.deal_id, nullif(r.attributes, 'null'),
        r.fields, ${now}::bigint
      from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(person text, identifier text, email text,
        contact_id bigint, deal_id bigint, attributes jsonb, fields jsonb)
      where ${condition}
      on conflict (connection, person) do update set
        identifier = excluded.identifier, email = excluded.email, contact_id = excluded.contact_id,
        deal_id = excluded.deal_id, attributes = excluded.attributes, fields = persons.fields || excluded.fields,
        updated_at = excluded.updated_at
    ), named as (
      insert into person_names (connection, person, kind, value, source, since, until)
      select ${connection}, r.key, r.kind, r.value, r.source, r.since, r.until
      from jsonb_to_recordset(${jsonText(names)}::jsonb) as r(key text, kind text, value text, source text,
        since bigint, until bigint)
      where ${condition}
      on conflict (connection, person, kind, value, source) do update set until = excluded.until
    ), linked as (
      insert into person_deals (connection, person, deal_id, role, contact_id, linked_at, until)
      select ${connection}, r.key, r."dealId", r.role, r."contactId", r.since, r.until
      from jsonb_to_recordset(${jsonText(links)}::jsonb) as r(key text, "dealId" bigint, role text,
        "contactId" bigint, since bigint, until bigint)
      where ${condition}
      on conflict (connection, person, deal_id) do update set
        role = excluded.role, contact_id = excluded.contact_id, until = excluded.until
    )
  `;
}

/** Plans parked reports again whose people have appeared or got a deal. @returns how many */
export async function releaseReports(
  trx: LeasedTransaction,
  connection: string,
  appeared: string[],
): Promise<number> {
  if (appeared.length === 0) return 0;
  const { rows } = await sql`${releasedReports(connection, appeared)} returning id`.execute(trx);
  return rows.length;
}

/** The statement of `releaseReports`, to which further conditions can be added. */
export function releasedReports(connection: string, appeared: string[]) {
  return sql`
    update events set state = 'new', reason = null
    where connection = ${connection} and state = 'parked' and person = any(${appeared}::text[])
  `;
}

async function removeNames(
  trx: LeasedTransaction,
  connection: string,
  names: PeopleChanges['movedNames'],
): Promise<void> {
  await sql`
    delete from person_names n using jsonb_to_recordset(${jsonText(names)}::jsonb)
      as r(key text, kind text, value text, source text)
    where n.connection = ${connection} and n.person = r.key and n.kind = r.kind and n.value = r.value
      and n.source = r.source
  `.execute(trx);
}

/**
 * Removes the keys that were given up, with their names and links: the record that stays has them. Their watches go to the
 * person that stays, except where that one has the same timer already: one person gets one task.
 */
async function giveUpKeys(
  trx: LeasedTransaction,
  connection: string,
  joins: PersonJoin[],
  now: Millis,
): Promise<void> {
  for (const { from, into, reason } of joins) {
    await sql`
      with joined as (
        insert into person_joins (connection, joined, person, reason, at)
        values (${connection}, ${from}, ${into}, ${reason}, ${now})
        on conflict (connection, joined) do update set person = excluded.person
      ), rejoined as (
        update person_joins set person = ${into} where connection = ${connection} and person = ${from}
      ), unnamed as (
        delete from person_names where connection = ${connection} and person = ${from}
      ), unlinked as (
        delete from person_deals where connection = ${connection} and person = ${from}
      )
      delete from persons where connection = ${connection} and person = ${from}
    `.execute(trx);
    await sql`
      update watches w set person = ${into},
        state = case when twin then 'stopped' else state end, ended_at = case when twin then ${now} else ended_at end
      from (
        select id, exists (
          select 1 from watches o where o.connection = ${connection} and o.person = ${into} and o.state = 'running'
            and o.deal_id = own.deal_id and o.start = own.start
        ) as twin
        from watches own where connection = ${connection} and person = ${from} and state = 'running'
      ) t where w.id = t.id
    `.execute(trx);
  }
}

/** The deals that each person is or was on, by the person's key. */
export async function dealsOfPersons(
  db: Db,
  connection: string,
  keys: string[],
): Promise<Map<string, number[]>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('person_deals')
    .select(['person', 'deal_id'])
    .where('connection', '=', connection)
    .where('person', 'in', keys)
    .execute();
  const deals = new Map<string, number[]>();
  for (const row of rows) deals.set(row.person, [...(deals.get(row.person) ?? []), row.deal_id]);
  return deals;
}
