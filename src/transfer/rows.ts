import { createHash } from 'node:crypto';
import type { RowText } from './row-text.ts';
import type { Session } from './session.ts';
import type { Table } from './tables.ts';

/** Rows and characters of one batch: some megabytes of memory, and statements of less than half a second. */
const BATCH_ROWS = 1_000;
const BATCH_CHARACTERS = 2_000_000;

/** The expression that gives a row's text. */
const textOf = ({ columns }: Table) =>
  `json_build_array(${columns.map(({ name }) => `${name}::text`).join(', ')})::text`;

/** Gives all rows of a table in batches, in no particular order. To be called in a transaction, one table at a time. */
export async function* readRows(session: Session, table: Table): AsyncGenerator<RowText[]> {
  await session.rows(
    `declare transfer no scroll cursor for select ${textOf(table)} as row from ${table.name}`,
  );
  try {
    let count = BATCH_ROWS;
    while (true) {
      const rows = (await session.rows<{ row: string }>(`fetch ${count} from transfer`)).map(
        ({ row }) => row,
      );
      if (rows.length === 0) return;
      yield rows;
      count = nextCount(rows);
    }
  } finally {
    await session.rows('close transfer').catch(() => {});
  }
}

/** Fewer rows at once where they are long: a stored request can have a megabyte. */
function nextCount(rows: RowText[]): number {
  const average = rows.reduce((sum, row) => sum + row.length, 0) / rows.length;
  return Math.max(1, Math.min(BATCH_ROWS, Math.floor(BATCH_CHARACTERS / average)));
}

/** Adds rows to a table. @param table with the columns in the order of the rows' values */
export async function writeRows(session: Session, table: Table, rows: RowText[]): Promise<void> {
  const names = table.columns.map(({ name }) => name).join(', ');
  const values = table.columns.map(({ type }, index) => `(r->>${index})::${type}`).join(', ');
  await session.rows(
    `insert into ${table.name} (${names}) overriding system value
      select ${values} from jsonb_array_elements($1::jsonb) r`,
    [`[${rows.join(',')}]`],
  );
}

/** How many rows there are, and the sum of their hashes, which does not depend on their order. */
export interface TableDigest {
  rows: number;
  /** Decimal. */
  sum: string;
}

/** Sums up rows that pass by; `digestOfTable` gives the same for a stored table. */
export class RowDigest {
  #rows = 0;
  #sum = 0n;

  add(rows: RowText[]): void {
    this.#rows += rows.length;
    for (const row of rows) this.#sum += createHash('md5').update(row).digest().readBigInt64BE(0);
  }

  get value(): TableDigest {
    return { rows: this.#rows, sum: String(this.#sum) };
  }
}

/** Reads the whole table. */
export async function digestOfTable(session: Session, table: Table): Promise<TableDigest> {
  const [digest] = await session.rows<TableDigest>(
    `select count(*)::int as rows,
      coalesce(sum(('x' || substr(md5(${textOf(table)}), 1, 16))::bit(64)::bigint), 0)::text as sum
      from ${table.name}`,
  );
  return digest!;
}
