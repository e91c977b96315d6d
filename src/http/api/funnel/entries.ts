import type { Pipeline } from '../../../domain/entities.ts';
import { MISSED_REASONS } from '../../../domain/funnel/missed-email.ts';
import { loadNamesOfAll } from '../../../store/deals/names.ts';
import {
  type EntryFilter,
  type ListedEntry,
  listEntries,
  placeOf,
} from '../../../store/funnel/entry-list.ts';
import type { PipelineCache } from '../pipeline-cache.ts';
import type { ApiServices } from '../services.ts';
import type { StageEntries, StageEntry } from './contract.ts';

/** @param page `before`: the last entry of the page before, which is searched for among the same connections */
export async function pageOfEntries(
  { database, connections }: Pick<ApiServices, 'database' | 'connections'>,
  pipelines: PipelineCache,
  filter: EntryFilter,
  { before, limit }: { before: number | null; limit: number },
): Promise<StageEntries> {
  const { db } = await database();
  const place = before === null ? null : await placeOf(db, filter.connections, before);
  const rows = await listEntries(db, filter, place ?? { at: filter.until, id: 0 }, limit);
  const namesOf = await loadNamesOfAll(db, rows);
  const known = await pipelines.all(rows.map(({ connection }) => connection));
  return {
    entries: rows.map((row) => ({
      ...shownEntry(row, known.get(row.connection) ?? []),
      ...namesOf(row),
      link: connections.get(row.connection)?.dealUrl(row.deal_id) ?? '',
    })),
    next: rows.length < limit ? null : rows.at(-1)!.id,
  };
}

function shownEntry(
  row: ListedEntry,
  pipelines: readonly Pipeline[],
): Omit<StageEntry, 'deal' | 'client' | 'link'> {
  const pipeline = pipelines.find(({ id }) => id === row.pipelineId);
  const stage = pipeline?.stages.find(({ id }) => id === row.stageId);
  const missed = MISSED_REASONS.find((reason) => reason === row.missed);
  return {
    event: row.id,
    connection: row.connection,
    dealId: row.deal_id,
    person: row.person,
    pipeline: pipeline?.name ?? `Pipeline ${row.pipelineId}`,
    stage: { name: stage?.name ?? `Stage ${row.stageId}`, color: stage?.color ?? null },
    enteredAt: row.enteredAt * 1000,
    missed: row.missed === null ? null : (missed ?? 'no_report'),
    why: row.missed === null ? null : row.reason,
    openedAt: inMillis(row.openedAt),
    clickedAt: inMillis(row.clickedAt),
  };
}

function inMillis(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
