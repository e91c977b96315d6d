import type { RowText } from './row-text.ts';
import type { Session } from './session.ts';

export interface Column {
  name: string;
  /** As PostgreSQL writes it in a cast: `bigint[]`, `pgboss.job_state`. */
  type: string;
}

export interface Table {
  /** `events` for a table of Stagepost's schema, `pgboss.job` for one of the queue's. Quoted where that is necessary. */
  name: string;
  columns: Column[];
  /** Those by time of a partitioned table, without the default one; missing where there are none. */
  partitions?: Partition[];
}

export interface Partition {
  name: string;
  /** As PostgreSQL writes it: `FOR VALUES FROM ('1') TO ('2')`. */
  bound: string;
}

/** A table, or rows of the table before. */
export type TablePart = { table: Table } | { rows: RowText[] };

/** The schema of pg-boss. */
const QUEUE = 'pgboss';

/** The tables whose rows describe the schema itself: creating the tables writes them. */
const OF_SCHEMA = ['kysely_migration', 'kysely_migration_lock', 'pgboss.version', 'pgboss.bam'];
/** Statistics of the queue, in a partition for each day, which the queue creates and drops. Nothing depends on them. */
const TRANSIENT = ['pgboss.queue_stats'];
/** The tables that are not carried along. */
export const NOT_CARRIED: ReadonlySet<string> = new Set([...OF_SCHEMA, ...TRANSIENT]);

/**
 * The tables to carry along, read from the database itself, so that a new migration's table cannot be forgotten. A table
 * comes after those that its foreign keys refer to. Partitions are part of their parent.
 */
export async function readTables(session: Session): Promise<Table[]> {
  const rows = await session.rows<Table & { needs: string[]; partitions: Partition[] }>(TABLES);
  const tables = rows.filter(({ name }) => !NOT_CARRIED.has(name));
  return inOrderOfReferences(tables).map(({ name, columns, partitions = [] }) => ({
    ...{ name, columns },
    ...(partitions.length > 0 && { partitions }),
  }));
}

const TABLES = `
  select c.oid::regclass::text as name,
    (select json_agg(json_build_object('name', quote_ident(a.attname), 'type', format_type(a.atttypid, a.atttypmod))
        order by a.attnum)
      from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    coalesce((select json_agg(json_build_object('name', quote_ident(p.relname), 'bound', pg_get_expr(p.relpartbound, p.oid))
        order by p.relname)
      from pg_inherits i join pg_class p on p.oid = i.inhrelid
      where i.inhparent = c.oid and p.relispartition and pg_get_expr(p.relpartbound, p.oid) like 'FOR VALUES FROM %'), '[]') as partitions,
    array(select distinct k.confrelid::regclass::text from pg_constraint k
      where k.contype = 'f' and k.confrelid <> c.oid
        and k.conrelid in (select c.oid union select relid from pg_partition_tree(c.oid))) as needs
  from pg_class c
  where c.relkind in ('r', 'p') and not c.relispartition
    and c.relnamespace in (select oid from pg_namespace where nspname in (current_schema(), '${QUEUE}'))
  order by 1`;

function inOrderOfReferences<T extends { name: string; needs: string[] }>(tables: T[]): T[] {
  const ordered: T[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ needs }) => !needs.some((name) => left.has(name)));
    if (ready.length === 0) throw new Error(`The tables ${[...left.keys()].join(', ')} refer to each other.`);
    for (const table of ready) left.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}

/** The last number that was given to each identity column, by `table.column`. */
export type Sequences = Record<string, number>;

/** Read after the rows: a number may have been given since, but none that a row has is missing. */
export async function readSequences(session: Session, tables: Table[]): Promise<Sequences> {
  const columns = await identityColumns(session, tables);
  const sequences: Sequences = {};
  for (const { table, column } of columns) {
    const [row] = await session.rows<{ last: number | null }>(
      `select greatest(pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass),
        (select max(${column}) from ${table}))::float8 as last`,
      [table, unquoted(column)],
    );
    if (row!.last !== null) sequences[`${table}.${column}`] = row!.last;
  }
  return sequences;
}

/** Lets the numbering of each identity column go on where it was. */
export async function writeSequences(session: Session, tables: Table[], sequences: Sequences): Promise<void> {
  for (const { table, column } of await identityColumns(session, tables)) {
    const last = sequences[`${table}.${column}`];
    if (last === undefined) continue;
    await session.rows('select setval(pg_get_serial_sequence($1, $2)::regclass, $3::bigint)', [
      ...[table, unquoted(column), String(last)],
    ]);
  }
}

async function identityColumns(session: Session, tables: Table[]) {
  const found = await session.rows<{ table: string; column: string }>(`
    select a.attrelid::regclass::text as table, quote_ident(a.attname) as column from pg_attribute a
    where a.attidentity <> '' and a.attrelid in (
      select oid from pg_class
      where relkind in ('r', 'p') and not relispartition
        and relnamespace in (select oid from pg_namespace where nspname in (current_schema(), '${QUEUE}')))`);
  const names = new Set(tables.map(({ name }) => name));
  return found.filter(({ table }) => names.has(table));
}

const unquoted = (name: string) => name.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');

/** A range of times in ms, with `MINVALUE` for no beginning. Nothing else of a file becomes a part of a statement. */
const RANGE = /^FOR VALUES FROM \(('\d+'|MINVALUE)\) TO \('\d+'\)$/;

/**
 * Adds the partitions that a table had, so that retention can drop its rows together. One that overlaps with another of the
 * target is left out: its rows go to that one, or to the default partition.
 */
export async function addPartitions(
  session: Session,
  { name: parent, partitions = [] }: Table,
): Promise<void> {
  for (const { name, bound } of partitions) {
    if (!RANGE.test(bound) || !/^\w+$/.test(name)) continue;
    await session.rows('savepoint partition');
    try {
      await session.rows(`create table ${name} partition of ${parent} ${bound}`);
      await session.rows('release savepoint partition');
    } catch {
      await session.rows('rollback to savepoint partition');
    }
  }
}
