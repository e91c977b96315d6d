import { type Selectable, sql } from 'kysely';
import type { Db } from './database/database.ts';
import type { RuleVersionRow } from './database/schema.ts';

export interface RuleVersion extends Omit<Selectable<RuleVersionRow>, 'text'> {
  text: string;
}

function withText(row: Selectable<RuleVersionRow> | undefined): RuleVersion | null {
  return row ? { ...row, text: Buffer.from(row.text).toString('utf8') } : null;
}

/** The live version: the newest one. Null where none is published yet. */
export async function newestRules(db: Db, connection: string): Promise<RuleVersion | null> {
  const row = await db
    .selectFrom('rule_versions')
    .selectAll()
    .where('connection', '=', connection)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return withText(row);
}

export async function rulesOfVersion(
  db: Db,
  connection: string,
  version: number,
): Promise<RuleVersion | null> {
  const row = await db
    .selectFrom('rule_versions')
    .selectAll()
    .where('connection', '=', connection)
    .where('version', '=', version)
    .executeTakeFirst();
  return withText(row);
}

/** Newest first, without their texts. */
export async function listRuleVersions(
  db: Db,
  connection: string,
  limit: number,
): Promise<Omit<RuleVersion, 'text'>[]> {
  return db
    .selectFrom('rule_versions')
    .select(['connection', 'version', 'at', 'published_by', 'note', 'restored'])
    .where('connection', '=', connection)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
}

/**
 * Adds the version after `basedOn` in one statement, so that only one of two versions with the same base is added.
 * @returns its number, or null where `basedOn` is no longer the newest.
 */
export async function addRuleVersion(
  db: Db,
  { basedOn, ...version }: Omit<RuleVersion, 'version'> & { basedOn: number },
): Promise<number | null> {
  const { connection, text, at, published_by, note, restored } = version;
  const { rows } = await sql<{ version: number }>`
    insert into rule_versions (connection, version, text, at, published_by, note, restored)
    select ${connection}::text, ${basedOn}::int + 1, ${Buffer.from(text)}::bytea, ${at}::bigint, ${published_by}::text, ${note}::text,
      ${restored}::int
    where ${basedOn}::int = (select coalesce(max(version), 0) from rule_versions where connection = ${connection}::text)
    on conflict do nothing
    returning version
  `.execute(db);
  return rows[0]?.version ?? null;
}
