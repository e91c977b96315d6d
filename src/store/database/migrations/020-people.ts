import { type Kysely, sql } from 'kysely';

/**
 * A person has an opaque key (`persons.person`) and names that come and go. People from before keep their identifier as
 * key; their names are written when they are observed next, so that the migration does not read the tables. A link says
 * by which contact the person is on the deal, and until when.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // The profile at Customer.io as last identified; null in rows from before, whose key it is.
  `alter table persons add column identifier text`,
  `create index persons_identifier on persons (connection, identifier) where identifier is not null`,

  // Each source states names of its own: a name holds while one of its rows has no end.
  `create table person_names (
    connection text not null,
    person text not null,
    kind text not null,
    value text not null,
    source text not null,
    since bigint not null,
    until bigint,
    primary key (connection, person, kind, value, source)
  )`,
  `create index person_names_value on person_names (connection, value)`,

  `alter table person_deals
    add column role text not null default 'main',
    add column contact_id bigint,
    add column until bigint`,

  // Which people turned out to be one, and why. A key that was given up leads to the one that stayed.
  `create table person_joins (
    connection text not null,
    joined text not null,
    person text not null,
    reason text not null,
    at bigint not null,
    primary key (connection, joined)
  )`,
  `create index person_joins_person on person_joins (connection, person)`,
];
