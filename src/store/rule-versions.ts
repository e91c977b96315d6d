import { type Selectable, sql } from 'kysely';
import type { Db } from './database/database.ts';
import type { RuleVersionRow } from './database/schema.ts';
import { inTransaction } from './database/transaction.ts';
import type { Authorship } from './users/actor.ts';
import { addAudit } from './users/audit.ts';

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
    .select([
      'connection',
      'version',
      'at',
      'published_by',
      'published_kind',
      'published_id',
      'note',
      'restored',
    ])
    .where('connection', '=', connection)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
}

export interface NewRuleVersion {
  connection: string;
  /** The version that it follows; 0: none. */
  basedOn: number;
  text: string;
  note: string | null;
  /** What speaks against it and was accepted, for the audit log; missing or null: nothing. */
  accepted?: string | null;
}

/**
 * Adds the version after `basedOn` in one statement, so that only one of two versions with the same base is added. The
 * same transaction adds the entry of the audit log.
 * Whether it restores an older version is decided by the texts, so that the log cannot be lied to.
 * @returns its number, or null where `basedOn` is no longer the newest.
 */
export async function addRuleVersion(db: Db, added: NewRuleVersion, by: Authorship): Promise<number | null> {
  const { connection, basedOn, text, note, accepted } = added;
  const bytes = Buffer.from(text);
  const { actor, at } = by;
  return inTransaction(db, async (trx) => {
    const { rows } = await sql<{ version: number; restored: number | null }>`
      insert into rule_versions
        (connection, version, text, at, published_by, published_kind, published_id, note, restored)
      select ${connection}::text, ${basedOn}::int + 1, ${bytes}::bytea, ${at}::bigint, ${actor.name}::text,
        ${actor.kind}::text, ${actor.id}::bigint, ${note}::text,
        (select max(version) from rule_versions
          where connection = ${connection}::text and version < ${basedOn}::int and text = ${bytes}::bytea)
      where ${basedOn}::int = (select coalesce(max(version), 0) from rule_versions where connection = ${connection}::text)
      on conflict do nothing
      returning version, restored
    `.execute(trx);
    if (!rows[0]) return null;
    const { version, restored } = rows[0];
    const origin = restored === null ? '' : `, which is version ${restored} again`;
    const despite = !accepted ? '' : ` (${accepted})`;
    const detail = `${connection}, version ${version}${origin}${despite}${note ? `: ${note}` : ''}`;
    await addAudit(trx, by, { what: 'rules_published', connection, detail });
    return version;
  });
}
