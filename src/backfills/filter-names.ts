import type { BackfillFilter, FilterStage } from '../domain/backfill.ts';
import type { Catalog, StageRef, UnixSeconds } from '../domain/entities.ts';
import { findByName, type Named } from '../domain/find-by-name.ts';
import { BackfillError } from './errors.ts';

/** A stage by its names or ids; without a stage: all of the pipeline. */
export interface StageName {
  pipeline: string;
  stage?: string | undefined;
}

/** The filter of a backfill as people give it: names or ids. What is left out does not filter. */
export interface FilterInput {
  stages?: StageName[] | undefined;
  createdFrom?: UnixSeconds | undefined;
  createdTo?: UnixSeconds | undefined;
  updatedFrom?: UnixSeconds | undefined;
  updatedTo?: UnixSeconds | undefined;
  /** Names, email addresses or ids of responsible users. */
  owners?: string[] | undefined;
  field?: { name: string; value: string } | undefined;
  hasEmail?: boolean | undefined;
}

/** @throws BackfillError `invalid` for a name that the account does not have */
export function resolveFilter(input: FilterInput, catalog: Catalog): BackfillFilter {
  const { stages = [], owners = [], field } = input;
  if (field) oneOf(field.name, catalog.dealFields, 'field of deals');
  return {
    stages: stages.map((stage) => resolveStage(stage, catalog)),
    createdFrom: input.createdFrom ?? null,
    createdTo: input.createdTo ?? null,
    updatedFrom: input.updatedFrom ?? null,
    updatedTo: input.updatedTo ?? null,
    owners: owners.map((owner) => {
      const byEmail = catalog.users.find(({ email }) => email.toLowerCase() === owner.trim().toLowerCase());
      return (byEmail ?? oneOf(owner, catalog.users, 'user')).id;
    }),
    field: field ?? null,
    hasEmail: input.hasEmail ?? false,
  };
}

/** @throws BackfillError */
export function resolveStage({ pipeline, stage }: StageName, catalog: Catalog): FilterStage {
  const found = oneOf(pipeline, catalog.pipelines, 'pipeline');
  const stageId = stage === undefined ? null : oneOf(stage, found.stages, `stage in ${found.name}`).id;
  return { pipelineId: found.id, stageId };
}

function oneOf<One extends Named>(text: string, all: readonly One[], what: string): One {
  const found = findByName(text, all);
  if (found.length === 1) return found[0]!;
  const problem = found.length === 0 ? 'has no' : 'has more than one';
  throw new BackfillError('invalid', `The Kommo account ${problem} ${what} "${text}".`);
}

/** A stage for people: "Sales / Closed - won". */
export function stageTitle({ pipelineId, stageId }: FilterStage | StageRef, catalog: Catalog | null): string {
  const pipeline = catalog?.pipelines.find(({ id }) => id === pipelineId);
  const name = pipeline?.name ?? String(pipelineId);
  if (stageId === null) return name;
  return `${name} / ${pipeline?.stages.find(({ id }) => id === stageId)?.name ?? stageId}`;
}

/** The conditions of a filter as sentences for people; none where it takes all deals. */
export function describeFilter(filter: BackfillFilter, catalog: Catalog | null): string[] {
  const { stages, owners, field, hasEmail } = filter;
  const names = owners.map((id) => catalog?.users.find((user) => user.id === id)?.name ?? `user ${id}`);
  const times = [
    ['created', filter.createdFrom, filter.createdTo],
    ['changed', filter.updatedFrom, filter.updatedTo],
  ] as const;
  return [
    ...(stages.length > 0 ? [`in ${stages.map((stage) => stageTitle(stage, catalog)).join(' or ')}`] : []),
    ...times.flatMap(([what, from, to]) => timeText(what, from, to)),
    ...(names.length > 0 ? [`of ${names.join(' or ')}`] : []),
    ...(field ? [`with ${field.name} = "${field.value}"`] : []),
    ...(hasEmail ? ['with an email address'] : []),
  ];
}

function timeText(what: string, from: UnixSeconds | null, to: UnixSeconds | null): string[] {
  const day = (time: UnixSeconds) => new Date(time * 1000).toISOString().slice(0, 10);
  if (from !== null && to !== null) return [`${what} from ${day(from)} to ${day(to)}`];
  if (from !== null) return [`${what} since ${day(from)}`];
  return to !== null ? [`${what} until ${day(to)}`] : [];
}
