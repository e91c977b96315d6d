import { sql } from 'kysely';
import type { Millis } from './schema.ts';
import type { Db } from './types.ts';

/** A table with rows that were changed or deleted, whose space is not used again yet. */
export interface DeadRows {
  name: string;
  deadRows: number;
  /** Pages of 8 KB that a vacuum visits: those with rows that have changed since the last one. */
  pages: number;
  indexBytes: number;
}

/**
 * - `rows`: the space of the rows is used again; their entries in the indexes stay
 * - `rows_and_indexes`: those too, and free pages at the end of the file are given back. All indexes are read for it
 */
export type VacuumKind = 'rows' | 'rows_and_indexes';

/** Fewer dead rows are not worth a vacuum. */
const MIN_DEAD_ROWS = 2_000;
/** Measured with PGlite, ms. */
const MS_PER_PAGE = 0.01;
const MS_PER_INDEX_BYTE = 5 / (1024 * 1024);
/**
 * How long a vacuum may take, ms: every webhook waits for it. In a quiet moment few come, and Kommo sends one again that was
 * not answered in time.
 */
const MAX_MS = { busy: 100, quiet: 3_000 };
/** How long no webhook has come in a quiet moment, ms. */
const QUIET_AFTER_MS = 300_000;
/** How often all indexes of a table are read, ms. */
const INDEXES_EVERY_MS = 86_400_000;

/** The most thorough vacuum of a table that is short enough; null where none is. */
export function vacuumOf(table: DeadRows, isQuiet: boolean, areIndexesDue: boolean): VacuumKind | null {
  const limit = isQuiet ? MAX_MS.quiet : MAX_MS.busy;
  const rowsMs = table.pages * MS_PER_PAGE;
  if (areIndexesDue && rowsMs + table.indexBytes * MS_PER_INDEX_BYTE <= limit) return 'rows_and_indexes';
  return rowsMs <= limit ? 'rows' : null;
}

/** Lets the space of dead rows be used again. Without it a file grows with every change of a row. */
export class Vacuum {
  readonly #db: Db;
  readonly #now: () => Millis;
  /** When the indexes of each table were last read, ms. */
  readonly #indexesAt = new Map<string, Millis>();

  constructor(db: Db, now: () => Millis) {
    this.#db = db;
    this.#now = now;
  }

  /** Vacuums one table, the one with the most dead rows of those whose vacuum is short enough now. @returns its name */
  async run(): Promise<string | null> {
    const tables = await tablesWithDeadRows(this.#db);
    if (tables.length === 0) return null;
    const isQuiet = this.#now() - (await lastRequestAt(this.#db)) > QUIET_AFTER_MS;
    for (const table of tables) {
      const indexesAt = this.#indexesAt.get(table.name) ?? 0;
      const kind = vacuumOf(table, isQuiet, this.#now() - indexesAt > INDEXES_EVERY_MS);
      if (kind === null) continue;
      if (kind === 'rows_and_indexes') this.#indexesAt.set(table.name, this.#now());
      const options = kind === 'rows' ? 'index_cleanup off, truncate off' : 'index_cleanup on';
      await sql`vacuum (${sql.raw(options)}) ${sql.table(table.name)}`.execute(this.#db);
      return table.name;
    }
    return null;
  }
}

async function tablesWithDeadRows(db: Db): Promise<DeadRows[]> {
  const { rows } = await sql<DeadRows>`
    select s.relname as name, s.n_dead_tup::int as "deadRows", pg_indexes_size(s.relid)::float8 as "indexBytes",
      greatest(pg_relation_size(s.relid) / 8192 - c.relallvisible, 0)::int as pages
    from pg_stat_user_tables s join pg_class c on c.oid = s.relid
    where s.schemaname = current_schema() and s.n_dead_tup >= ${MIN_DEAD_ROWS}
    order by s.n_dead_tup desc
  `.execute(db);
  return rows;
}

async function lastRequestAt(db: Db): Promise<Millis> {
  const { rows } = await sql<{ at: Millis | null }>`
    select greatest((select received_at from inbox order by id desc limit 1),
      (select received_at from inbox_done order by id desc limit 1)) as at
  `.execute(db);
  return rows[0]!.at ?? 0;
}
