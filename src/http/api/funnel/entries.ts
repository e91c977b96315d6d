import type { Pipeline } from '../../../domain/entities.ts';
import { type StageStep, stepsOnwards } from '../../../domain/funnel/funnel.ts';
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
  const known = await pipelines.all(filter.connections);
  const onwards = filter.step === 'moved_on' ? stepsIn(known, filter) : [];
  const place = before === null ? null : await placeOf(db, filter.connections, before);
  const rows = await listEntries(db, { ...filter, onwards }, place ?? { at: filter.until, id: 0 }, limit);
  const namesOf = await loadNamesOfAll(db, rows);
  return {
    entries: rows.map((row) => ({
      ...shownEntry(row, known.get(row.connection) ?? []),
      ...namesOf(row),
      link: connections.get(row.connection)?.dealUrl(row.deal_id) ?? '',
    })),
    next: rows.length < limit ? null : rows.at(-1)!.id,
  };
}

/** Two connections of one account share its pipelines, which count once. */
function stepsIn(
  known: ReadonlyMap<string, readonly Pipeline[]>,
  { pipelineId, stageId }: EntryFilter,
): StageStep[] {
  const all = new Map([...known.values()].flat().map((pipeline) => [pipeline.id, pipeline]));
  return stepsOnwards(
    [...all.values()].filter(({ id }) => pipelineId === undefined || id === pipelineId),
    stageId,
  );
}

function shownEntry(
  row: ListedEntry,
  pipelines: readonly Pipeline[],
): Omit<StageEntry, 'deal' | 'client' | 'link'> {
  const { pipeline, ...stage } = named(pipelines, row.pipelineId, row.stageId);
  const missed = MISSED_REASONS.find((reason) => reason === row.missed);
  return {
    event: row.id,
    connection: row.connection,
    dealId: row.deal_id,
    person: row.person,
    ...{ pipeline, stage },
    enteredAt: row.enteredAt * 1000,
    next:
      row.nextPipelineId === null || row.nextStageId === null
        ? null
        : named(pipelines, row.nextPipelineId, row.nextStageId),
    missed: row.missed === null ? null : (missed ?? 'no_report'),
    why: row.missed === null ? null : row.reason,
    openedAt: inMillis(row.openedAt),
    clickedAt: inMillis(row.clickedAt),
  };
}

function named(pipelines: readonly Pipeline[], pipelineId: number, stageId: number) {
  const pipeline = pipelines.find(({ id }) => id === pipelineId);
  const stage = pipeline?.stages.find(({ id }) => id === stageId);
  return {
    pipeline: pipeline?.name ?? `Pipeline ${pipelineId}`,
    name: stage?.name ?? `Stage ${stageId}`,
    color: stage?.color ?? null,
  };
}

function inMillis(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
