import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // The names of the connections that a role is limited to; null: all.
  `alter table users add column connections jsonb`,
  `alter table tokens add column connections jsonb`,

  // The user who made a token. It goes with them.
  `alter table tokens add column user_id bigint references users (id) on delete cascade`,
  `alter table tokens add column expires_at bigint`,
  `alter table tokens add column manages_people boolean not null default false`,
  `create index tokens_user on tokens (user_id)`,
  // Tokens of before hold their maker's name only. A user of that name who is younger than the token did not make it.
  `update tokens set user_id = users.id from users
   where users.name = tokens.created_by and users.created_at <= tokens.created_at`,

  // Links of before do not hold the role of the day they were made, so nobody can tell whether it was lower.
  `delete from setup_links where user_id is not null`,
  `alter table setup_links add column role text`,
  `alter table setup_links add column expires_at bigint not null default 0`,
  `update setup_links set expires_at = created_at + 604800000`,

  // Null in entries of before, which hold a name only.
  `alter table audit add column who_kind text`,
  `alter table audit add column who_id bigint`,
  `alter table audit add column connection text`,
  // How often it happened: refused requests of one source and minute are one entry.
  `alter table audit add column count int not null default 1`,
  `create index audit_refusals on audit (what, id)`,

  `alter table rule_versions add column published_kind text`,
  `alter table rule_versions add column published_id bigint`,
];

/** Roles limited to connections, tokens that belong to their maker, links that end, and who acted by kind and id. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
