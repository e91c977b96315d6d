import { sql } from 'kysely';
import type { OwnWrites } from '../../domain/consent/crm-edit.ts';
import type { Db } from '../database/database.ts';
import { EVENTS_KEPT_MS } from '../retention/kept-times.ts';

/**
 * Stagepost's writes to the fields of these deals. A dead letter never arrived, so the field may still show what it showed
 * before: it counts as open. The action of an old write may be gone: then the record of what the deal shows has its time.
 */
export async function fieldWritesOf(
  db: Db,
  connection: string,
  dealIds: number[],
): Promise<Map<number, OwnWrites>> {
  if (dealIds.length === 0) return new Map();
  const { rows } = await sql<{ deal_id: number; is_open: boolean; delivered_at: number | null }>`
    select deal_id, bool_or(is_open) as is_open, max(delivered_at) as delivered_at from (
      select deal_id, state in ('waiting', 'ready', 'sending', 'dead') as is_open,
        case state when 'done' then done_at end as delivered_at
      from actions
      where connection = ${connection} and deal_id = any(${dealIds}::bigint[]) and kind = 'set_field'
      union all
      select deal_id, false, updated_at from deal_shows
      where connection = ${connection} and deal_id = any(${dealIds}::bigint[])
        and updated_at < (extract(epoch from now()) * 1000)::bigint - ${EVENTS_KEPT_MS}::bigint
    ) writes group by deal_id
  `.execute(db);
  return new Map(
    rows.map(({ deal_id, is_open: areOpen, delivered_at }) => {
      const deliveredAt = delivered_at === null ? null : Math.ceil(Number(delivered_at) / 1000);
      return [deal_id, { areOpen, deliveredAt }] as const;
    }),
  );
}
