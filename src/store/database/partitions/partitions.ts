import { type RawBuilder, sql } from 'kysely';
import type { Millis } from '../schema.ts';
import type { Db } from '../types.ts';
import { fateOf, missingRanges, parseBound, type Range } from './ranges.ts';

/**
 * The tables that are partitioned by time: what is written once and then only read. Each has a default partition for times
 * that no other one covers, so that a partition that is missing stops nothing.
 */
const TABLES = { inbox_done: 'received_at', attempts: 'started_at' } as const;

export type PartitionedTable = keyof typeof TABLES;
export const PARTITIONED_TABLES = Object.keys(TABLES) as PartitionedTable[];

export interface Partition extends Range {
  name: string;
}

/**
 * How long adding or dropping a partition waits for queries that read the table, in ms. Everything that is written to the
 * table waits behind it, so it gives up soon: the next hour tries again.
 */
const LOCK_TIMEOUT_MS = 1_000;

/** The partitions of a table, the default one last. */
export async function partitionsOf(db: Db, table: PartitionedTable): Promise<Partition[]> {
  const { rows } = await sql<{ name: string; bound: string }>`
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass order by pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT', c.relname
  `.execute(db);
  return rows.map(({ name, bound }) => ({ name, ...parseBound(bound) }));
}

/** Adds the partitions of the next days. Processes that do so at once add each one once. */
export async function addPartitions(db: Db, now: Millis, length: Millis): Promise<void> {
  for (const table of PARTITIONED_TABLES) {
    const missing = missingRanges(await partitionsOf(db, table), now, length);
    for (const range of missing) await addPartition(db, table, range);
  }
}

async function addPartition(db: Db, table: PartitionedTable, { from, to }: { from: Millis; to: Millis }) {
  const name = `${table}_${new Date(from).toISOString().slice(0, 10).replaceAll('-', '')}`;
  await db
    .transaction()
    .execute(async (trx) => {
      await limitLockWait(trx);
      await sql`
        create table ${sql.table(name)} partition of ${sql.table(table)} for values from (${sql.lit(from)}) to (${sql.lit(to)})
      `.execute(trx);
    })
    .catch((error: unknown) => {
      if (!LEFT_TO_THE_DEFAULT.includes((error as { code?: string }).code ?? '')) throw error;
    });
}

/**
 * PostgreSQL docs, appendix A: the default partition has rows of this time (`check_violation`), or another process has
 * added the partition (`duplicate_table`, `invalid_object_definition` for an overlap, `unique_violation` in the catalog).
 */
const LEFT_TO_THE_DEFAULT = ['23514', '42P07', '42P17', '23505'];

/** Drops the partitions whose rows are older than `before`. @returns those of whose rows single ones may be too old */
export async function dropPartitions(db: Db, table: PartitionedTable, before: Millis): Promise<Partition[]> {
  const partitions = await partitionsOf(db, table);
  for (const { name, ...range } of partitions) {
    if (fateOf(range, before) !== 'drop') continue;
    await db.transaction().execute(async (trx) => {
      await limitLockWait(trx);
      await sql`drop table if exists ${sql.table(name)}`.execute(trx);
    });
  }
  return partitions.filter((range) => fateOf(range, before) === 'delete_rows');
}

/** A statement that deletes at most `limit` rows of a partition that are older than `before`. */
export function deleteOldRows(
  table: PartitionedTable,
  { name }: Partition,
  before: Millis,
  limit: number,
): RawBuilder<unknown> {
  return sql`
    delete from ${sql.table(name)} where ctid = any(array(
      select ctid from ${sql.table(name)} where ${sql.ref(TABLES[table])} < ${before} limit ${limit}))
  `;
}

const limitLockWait = (trx: Db) => sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(trx);
