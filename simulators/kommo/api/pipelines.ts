import { findStage, firstStage } from '../account.ts';
import { type Check, type Item, isObject, need, read } from '../checks.ts';
import { editLead } from '../edits.ts';
import { hal, nothing, type Reply } from '../hal.ts';
import type { Pipeline, Stage } from '../model.ts';
import { pipelineOf } from '../seed.ts';
import type { StageSeed } from '../seed-types.ts';
import { type Batch, type Planned, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { notSimulated } from './not-simulated.ts';
import { link } from './page.ts';
import { onPipeline, pipelineView, stageView } from './pipeline-reads.ts';
import { forAdmins } from './users.ts';

/** 142 and 143 are in every pipeline, and may be renamed (Kommo docs). */
const isClosing = (id: unknown): boolean => id === 142 || id === 143;

interface NewStage extends StageSeed {
  sort: number;
}

function readStage(call: Call, check: Check, item: Item, path: string): NewStage | undefined {
  const name = need(check, item, 'name', 'string', `${path}name`);
  const sort = read(check, item, 'sort', 'int', `${path}sort`) ?? 0;
  const color = read(check, item, 'color', 'string', `${path}color`);
  const id = isClosing(item.id) ? (item.id as number) : call.account.nextId();
  return name === undefined ? undefined : { id, name, sort, ...(color === undefined ? {} : { color }) };
}

function planPipeline(call: Call, item: Item, check: Check): Planned<Pipeline> {
  const { account } = call;
  const name = need(check, item, 'name', 'string');
  const isMain = read(check, item, 'is_main', 'bool') ?? false;
  const takesIncoming = read(check, item, 'is_unsorted_on', 'bool') ?? true;
  const sort = read(check, item, 'sort', 'int');
  const given = isObject(item._embedded)
    ? read(check, item._embedded, 'statuses', 'array', '_embedded.statuses')
    : [];
  const stages = (given ?? []).map((stage, index) =>
    isObject(stage) ? readStage(call, check, stage, `_embedded.statuses.${index}.`) : undefined,
  );
  if (name === undefined) return undefined;
  return {
    write() {
      const incoming: StageSeed = { id: account.nextId(), name: 'Incoming leads', type: 1 };
      const own = stages.filter((stage) => stage !== undefined).sort((one, other) => one.sort - other.sort);
      const all = [...(takesIncoming ? [incoming] : []), ...own];
      const pipeline = pipelineOf({ id: account.nextId(), name, stages: all }, account.pipelines.length);
      account.pipelines.push(pipeline);
      if (isMain) makeMain(call, pipeline);
      place(account.pipelines, pipeline, sort);
      return pipeline;
    },
  };
}

function makeMain({ account }: Call, main: Pipeline): void {
  for (const pipeline of account.pipelines) pipeline.is_main = pipeline === main;
}

/** Puts a pipeline where its `sort` wants it; all are numbered anew (public issue threads). */
function place(pipelines: Pipeline[], moved: Pipeline, sort: number | undefined): void {
  if (sort !== undefined) moved.sort = sort - 0.5;
  pipelines.sort((one, other) => one.sort - other.sort);
  pipelines.forEach((pipeline, index) => {
    pipeline.sort = index + 1;
  });
}

/** Open stages come in their order, before won and lost, and are numbered anew. */
function placeStage({ stages }: Pipeline, moved: Stage, sort: number | undefined): void {
  if (sort !== undefined) moved.sort = sort - 0.5;
  const open = stages
    .filter(({ id }) => !isClosing(id))
    .sort((one, other) => (one.type === other.type ? one.sort - other.sort : other.type - one.type));
  open.forEach((stage, index) => {
    stage.sort = 10 * (index + 1);
  });
  stages.sort((one, other) => one.sort - other.sort);
}

const additions = (call: Call): Batch<Pipeline> => ({
  key: 'pipelines',
  plan: (item, check) => planPipeline(call, item, check),
  show: (pipeline) => pipelineView(call, pipeline),
  answer: (pipelines) => listed(call, { pipelines }),
});

const listed = (call: Call, embedded: Record<string, Item[]>): Reply =>
  hal({
    _total_items: Object.values(embedded)[0]!.length,
    ...link(`${call.base}${call.path}`),
    _embedded: embedded,
  });

/** An answer that is the changed object itself (Kommo docs). */
const alone = ([written]: Item[]): Reply => {
  const { request_id: _request, ...own } = written!;
  return hal(own);
};

function editPipeline(call: Call, pipeline: Pipeline): Reply {
  return runBatch<Pipeline>(call, {
    key: 'pipelines',
    single: pipeline.id,
    plan(item, check) {
      const name = read(check, item, 'name', 'string');
      const isMain = read(check, item, 'is_main', 'bool');
      const sort = read(check, item, 'sort', 'int');
      const is_archive = read(check, item, 'is_archive', 'bool');
      return {
        write() {
          Object.assign(
            pipeline,
            name === undefined ? {} : { name },
            is_archive === undefined ? {} : { is_archive },
          );
          if (isMain) makeMain(call, pipeline);
          place(call.account.pipelines, pipeline, sort);
          return pipeline;
        },
      };
    },
    show: (one) => pipelineView(call, one),
    answer: alone,
  });
}

/** 200 with an empty object (official PHP client). What becomes of deals in it is not documented. */
function removePipeline({ account }: Call, pipeline: Pipeline): Reply {
  const isUsed = [...account.leads.values()].some(
    ({ pipeline_id, is_deleted }) => pipeline_id === pipeline.id && !is_deleted,
  );
  if (isUsed || account.pipelines.length === 1)
    return notSimulated('Deleting a pipeline with deals, or the last one');
  account.pipelines.splice(account.pipelines.indexOf(pipeline), 1);
  if (pipeline.is_main) account.pipelines[0]!.is_main = true;
  return hal({});
}

function addStages(call: Call, pipeline: Pipeline): Reply {
  return runBatch<Stage>(call, {
    key: 'statuses',
    plan(item, check) {
      const seed = readStage(call, check, item, '');
      if (!seed) return undefined;
      const { sort, id, name, color = '#99ccff' } = seed;
      const stage: Stage = { id, name, sort, color, is_editable: true, pipeline_id: pipeline.id, type: 0 };
      return {
        write() {
          pipeline.stages.push(stage);
          placeStage(pipeline, stage, sort);
          return stage;
        },
      };
    },
    show: (stage) => stageView(call, stage),
    answer: (statuses) => listed(call, { statuses }),
  });
}

function editStage(call: Call, pipeline: Pipeline, stage: Stage): Reply {
  return runBatch<Stage>(call, {
    key: 'statuses',
    single: stage.id,
    plan(item, check) {
      const name = read(check, item, 'name', 'string');
      const color = read(check, item, 'color', 'string');
      const sort = read(check, item, 'sort', 'int');
      return {
        write() {
          Object.assign(stage, name === undefined ? {} : { name }, color === undefined ? {} : { color });
          placeStage(pipeline, stage, isClosing(stage.id) ? undefined : sort);
          return stage;
        },
      };
    },
    show: (one) => stageView(call, one),
    answer: alone,
  });
}

/** The deals of a deleted stage go to the first one (public issue threads). */
function removeStage({ account, by }: Call, pipeline: Pipeline, stage: Stage): Reply {
  if (!stage.is_editable) return notSimulated('Deleting a stage that every pipeline has');
  const others = pipeline.stages.filter((one) => one !== stage);
  if (!others.some(({ id, type }) => type === 0 && !isClosing(id)))
    return notSimulated('Deleting the last stage of a pipeline');
  pipeline.stages = others;
  for (const lead of account.leads.values())
    if (lead.pipeline_id === pipeline.id && lead.status_id === stage.id)
      editLead(account, lead, { status_id: firstStage(pipeline).id }, by);
  return nothing;
}

const onStage = (answer: (call: Call, pipeline: Pipeline, stage: Stage) => Reply) =>
  onPipeline((call, pipeline, stageId) => {
    const stage = findStage(pipeline, stageId);
    return stage ? answer(call, pipeline, stage) : nothing;
  });

/** Writing pipelines and stages is for administrators (Kommo docs). */
export const pipelineWriteRoutes: Routes = {
  'POST /leads/pipelines': forAdmins((call) => runBatch(call, additions(call))),
  'PATCH /leads/pipelines/:id': forAdmins(onPipeline(editPipeline)),
  'DELETE /leads/pipelines/:id': forAdmins(onPipeline(removePipeline)),
  'POST /leads/pipelines/:id/statuses': forAdmins(onPipeline(addStages)),
  'PATCH /leads/pipelines/:id/statuses/:id': forAdmins(onStage(editStage)),
  'DELETE /leads/pipelines/:id/statuses/:id': forAdmins(onStage(removeStage)),
};
