import { digestOfTable, RowDigest, type TableDigest, writeRows } from './rows.ts';
import type { Session } from './session.ts';
import {
  addPartitions,
  readTables,
  type Sequences,
  type Table,
  type TablePart,
  writeSequences,
} from './tables.ts';

/** What was written into a database. */
export interface Imported {
  tables: Table[];
  /** Of what came, by table. */
  digests: Record<string, TableDigest>;
  /** Tables that came and that Stagepost does not have: of another program that shares the schema. */
  foreign: string[];
}

/**
 * Fills tables that exist and may be emptied. To be called in a transaction: until its commit, nothing of it is there.
 * @param onRows called with the number of rows of each batch
 */
export async function importTables(
  session: Session,
  parts: AsyncIterable<TablePart>,
  onRows: (rows: number) => void,
): Promise<Imported> {
  const existing = await readTables(session);
  // The queue has rows of its own from the beginning.
  for (const { name } of existing.toReversed()) await session.rows(`delete from ${name}`);
  const known = new Set(existing.map(({ name }) => name));
  const tables: Table[] = [];
  const digests = new Map<string, RowDigest>();
  const foreign: string[] = [];
  let current: Table | null = null;
  for await (const part of parts) {
    if ('table' in part) {
      current = known.has(part.table.name) ? part.table : null;
      if (current === null) foreign.push(part.table.name);
      else {
        await addPartitions(session, current);
        tables.push(current);
        digests.set(current.name, new RowDigest());
      }
      continue;
    }
    onRows(part.rows.length);
    if (current === null) continue;
    digests.get(current.name)!.add(part.rows);
    await writeRows(session, current, part.rows);
  }
  return {
    tables,
    foreign,
    digests: Object.fromEntries([...digests].map(([name, digest]) => [name, digest.value])),
  };
}

/** A table whose rows are not those that were to be written. */
export class TablesDiffer extends Error {
  constructor(differences: string[]) {
    super(`What was written is not what was read. Nothing was changed. ${differences.join(' ')}`);
    this.name = 'TablesDiffer';
  }
}

/** Lets the numbering go on, and compares every table with what came. @throws TablesDiffer */
export async function finishImport(
  session: Session,
  { tables, digests }: Pick<Imported, 'tables' | 'digests'>,
  sequences: Sequences,
  onCompared: (rows: number) => void,
): Promise<void> {
  await writeSequences(session, tables, sequences);
  const differences: string[] = [];
  for (const table of tables) {
    const expected = digests[table.name]!;
    const found = await digestOfTable(session, table);
    onCompared(found.rows);
    if (found.rows !== expected.rows)
      differences.push(`${table.name} has ${found.rows} of ${expected.rows} rows.`);
    else if (found.sum !== expected.sum) differences.push(`${table.name} has other values.`);
  }
  if (differences.length > 0) throw new TablesDiffer(differences);
}
