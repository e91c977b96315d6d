import { readRows } from './rows.ts';
import type { Session } from './session.ts';
import type { Table, TablePart } from './tables.ts';

/** All rows of these tables. To be called in a snapshot, so that all are of one state. */
export async function* exportTables(session: Session, tables: Table[]): AsyncGenerator<TablePart> {
  for (const table of tables) {
    yield { table };
    for await (const rows of readRows(session, table)) yield { rows };
  }
}

/** How many rows the tables have, for a progress bar. */
export async function countRows(session: Session, tables: Table[]): Promise<number> {
  const counts = tables.map(({ name }) => `(select count(*) from ${name})`);
  const [row] = await session.rows<{ total: number }>(`select (${counts.join(' + ')})::float8 as total`);
  return row!.total;
}
