import { sql } from 'kysely';
import { anyOf, type Db } from '../database/database.ts';

/** Stage changes that one statement compares: some milliseconds on the embedded database. */
const WINDOW = 1_000;

/** Deals that were never read, in a part of those that have moved. */
export interface UnnamedDeals {
  ids: number[];
  /** Where the next part begins; null at the end. */
  next: number | null;
}

/** The deals above `above` that have moved and were never read, one part of them, by their ids. */
export async function unnamedDeals(db: Db, connection: string, above: number): Promise<UnnamedDeals> {
  const { rows } = await sql<{ deal_id: number; is_named: boolean }>`
    select distinct m.deal_id, d.deal_id is not null as is_named from (
      select deal_id from moves where connection = ${connection} and deal_id > ${above}
      order by deal_id limit ${WINDOW}
    ) m left join deals d on d.connection = ${connection} and d.deal_id = m.deal_id
    order by m.deal_id
  `.execute(db);
  const last = rows.at(-1)?.deal_id ?? null;
  return { ids: rows.filter(({ is_named }) => !is_named).map((row) => row.deal_id), next: last };
}

/** Those of the deals that were never read. */
export async function unnamedAmong(db: Db, connection: string, dealIds: number[]): Promise<number[]> {
  const unnamed: number[] = [];
  for (let from = 0; from < dealIds.length; from += WINDOW) {
    const some = dealIds.slice(from, from + WINDOW);
    const named = await db
      .selectFrom('deals')
      .select('deal_id')
      .where('connection', '=', connection)
      .where('deal_id', '=', anyOf(some, 'bigint'))
      .execute();
    const isNamed = new Set(named.map(({ deal_id }) => deal_id));
    unnamed.push(...some.filter((id) => !isNamed.has(id)));
  }
  return unnamed;
}

/** Held deals that were never read, at most `limit`. */
export async function unnamedHeldDeals(db: Db, connection: string, limit: number): Promise<number[]> {
  const { rows } = await sql<{ deal_id: number }>`
    select distinct e.deal_id from (
      select deal_id from events where connection = ${connection} and state = 'held' and deal_id is not null
      order by hold_id, id limit ${WINDOW}
    ) e left join deals d on d.connection = ${connection} and d.deal_id = e.deal_id
    where d.deal_id is null limit ${limit}
  `.execute(db);
  return rows.map((row) => row.deal_id);
}
