import { queryOptions } from '@tanstack/react-query';
import { get } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import type { Backfill, BackfillLeftOut, BackfillList } from '../../api/types.ts';

const isUnderWay = ({ state }: Backfill) => state === 'planning' || state === 'running';

export const backfillsQuery = (connection: string) =>
  queryOptions({
    queryKey: ['backfills', connection],
    queryFn: ({ signal }) => get<BackfillList>('/api/backfills', { connection }, signal),
    enabled: connection !== '',
    refetchInterval: ({ state }) => (state.data?.backfills.some(isUnderWay) ? 1_500 : 10_000),
  });

/** With examples of deals that are left out. */
export const backfillQuery = (id: number) =>
  queryOptions({
    queryKey: ['backfill', id],
    queryFn: ({ signal }) => get<Backfill>(`/api/backfills/${id}`, {}, signal),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? 1_000 : 10_000),
  });

/** To be called after a change. */
export function refreshBackfills(): void {
  for (const queryKey of [['backfills'], ['backfill'], ['holds']])
    void queryClient.invalidateQueries({ queryKey });
}

const ROWS_AT_ONCE = 1_000;

/** The list of who is left out, as CSV. */
export async function leftOutCsv(id: number): Promise<string> {
  const lines = ['deal,reason,detail,link'];
  for (let above = 0; ; ) {
    const { deals, next } = await get<BackfillLeftOut>(`/api/backfills/${id}/left-out`, {
      above,
      limit: ROWS_AT_ONCE,
    });
    for (const { dealId, outcome, detail, link } of deals)
      lines.push([dealId, outcome, quoted(detail), quoted(link)].join(','));
    if (next === null) return `${lines.join('\n')}\n`;
    above = next;
  }
}

/** A cell that begins like a formula would be one to a spreadsheet. */
function quoted(text: string): string {
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
