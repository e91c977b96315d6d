import { hal, nothing, type Reply } from '../hal.ts';
import type { Pipeline, Stage } from '../model.ts';
import type { Call, Routes } from './call.ts';
import { link } from './page.ts';
import { hrefOf } from './views.ts';

export function stageView(call: Call, stage: Stage) {
  const href = `${hrefOf(call, 'leads/pipelines', stage.pipeline_id)}/statuses/${stage.id}`;
  return { ...stage, account_id: call.account.settings.account.id, ...link(href) };
}

export function pipelineView(call: Call, { stages, ...pipeline }: Pipeline) {
  return {
    ...pipeline,
    is_unsorted_on: stages.some((stage) => stage.type === 1),
    account_id: call.account.settings.account.id,
    ...link(hrefOf(call, 'leads/pipelines', pipeline.id)),
    _embedded: { statuses: stages.map((stage) => stageView(call, stage)) },
  };
}

function listPipelines(call: Call): Reply {
  const pipelines = call.account.pipelines.map((pipeline) => pipelineView(call, pipeline));
  return hal({
    _total_items: pipelines.length,
    ...link(`${call.base}${call.path}`),
    _embedded: { pipelines },
  });
}

/** Answers for the pipeline of the path, and for its stage where the path has one; 204 for an unknown pipeline. */
export function onPipeline(answer: (call: Call, pipeline: Pipeline, stageId: number) => Reply) {
  return (call: Call, id?: number, stageId = 0): Reply => {
    const pipeline = call.account.pipelines.find((one) => one.id === id);
    return pipeline ? answer(call, pipeline, stageId) : nothing;
  };
}

function listStages(call: Call, { stages }: Pipeline): Reply {
  const statuses = stages.map((stage) => stageView(call, stage));
  return hal({ _total_items: statuses.length, ...link(`${call.base}${call.path}`), _embedded: { statuses } });
}

function oneStage(call: Call, { stages }: Pipeline, stageId: number): Reply {
  const stage = stages.find((one) => one.id === stageId);
  return stage ? hal(stageView(call, stage)) : nothing;
}

export const pipelineReadRoutes: Routes = {
  'GET /leads/pipelines': listPipelines,
  'GET /leads/pipelines/:id': onPipeline((call, pipeline) => hal(pipelineView(call, pipeline))),
  'GET /leads/pipelines/:id/statuses': onPipeline(listStages),
  'GET /leads/pipelines/:id/statuses/:id': onPipeline(oneStage),
};
