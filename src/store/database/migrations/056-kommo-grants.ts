import { type Kysely, sql } from 'kysely';

/**
 * Access to Kommo that somebody has granted by OAuth, and authorizations on their way. `name` is that of the connection, or
 * of the setup that becomes one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table kommo_grants (
    name text primary key,
    client_id text not null,
    redirect_uri text not null,
    origin text,
    account_id bigint,
    secrets text not null,
    code_hash text,
    granted_at bigint,
    access_ends_at bigint,
    refresh_ends_at bigint,
    renew_at bigint,
    revoked_at bigint,
    trouble text,
    failures integer not null default 0,
    grantee text,
    version bigint not null default 1,
    claimed_by text,
    claimed_until bigint
  )`,
  `create index kommo_grants_due on kommo_grants (renew_at) where renew_at is not null`,
  `create index kommo_grants_client on kommo_grants (client_id)`,
  `create table kommo_authorizations (
    state_hash text primary key,
    name text not null,
    way text not null,
    browser_hash text,
    redirect_uri text not null,
    integration text,
    started_at bigint not null,
    ends_at bigint not null,
    redeemed_at bigint,
    outcome text
  )`,
  `create index kommo_authorizations_name on kommo_authorizations (name, started_at)`,
];
