import { sql } from 'kysely';
import type { Db } from '../database/database.ts';

/** What a connection has not delivered or not planned yet, up to a limit. */
export interface WaitingWork {
  /** Actions that are not delivered, by kind. */
  actions: { kind: string; count: number }[];
  /** Stage changes and reports that are not planned. */
  events: number;
  /** How many deals are among them. */
  deals: number;
  /** The oldest few, by name where it was read. */
  examples: { dealId: number; deal: string | null; client: string | null }[];
  /** There is more than was counted. */
  isMore: boolean;
}

const EXAMPLES = 3;

/** Counts at most `limit` actions and as many events, by the partial indexes of what is open. */
export async function readWaitingWork(db: Db, connection: string, limit: number): Promise<WaitingWork> {
  const { rows } = await sql<{ kind: string | null; count: number; deals: number[] }>`
    select kind, count(*)::int as count, coalesce(json_agg(distinct deal_id) filter (where deal_id is not null), '[]') as deals
    from (
      (select kind, deal_id from actions where connection = ${connection} and state in ('waiting', 'ready', 'sending')
        order by event_id limit ${limit + 1})
      union all
      (select null, deal_id from events where connection = ${connection} and state = 'new' order by id limit ${limit + 1})
    ) open
    group by kind order by 2 desc, 1
  `.execute(db);
  const deals = [...new Set(rows.flatMap((row) => row.deals))].sort((a, b) => a - b);
  const actions = rows.flatMap(({ kind, count }) => (kind === null ? [] : [{ kind, count }]));
  const events = rows.find(({ kind }) => kind === null)?.count ?? 0;
  return {
    actions,
    events,
    deals: deals.length,
    examples: await readNames(db, connection, deals.slice(0, EXAMPLES)),
    isMore: events > limit || actions.reduce((sum, { count }) => sum + count, 0) > limit,
  };
}

async function readNames(db: Db, connection: string, deals: number[]): Promise<WaitingWork['examples']> {
  const { rows } = await sql<WaitingWork['examples'][number]>`
    select wanted.id as "dealId", nullif(d.name, '') as deal, nullif(d.contacts->0->>'name', '') as client
    from unnest(${deals}::bigint[]) as wanted(id)
      left join deals d on d.connection = ${connection} and d.deal_id = wanted.id
    order by wanted.id
  `.execute(db);
  return rows;
}
