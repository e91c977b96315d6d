import { hal, nothing, problem, type Reply } from '../hal.ts';
import type { Pipeline, Stage, User } from '../model.ts';
import type { Call, Routes } from './call.ts';
import { link, page } from './page.ts';
import { hrefOf } from './views.ts';

function stageView(call: Call, stage: Stage) {
  const href = `${hrefOf(call, 'leads/pipelines', stage.pipeline_id)}/statuses/${stage.id}`;
  return { ...stage, account_id: call.account.settings.account.id, ...link(href) };
}

function pipelineView(call: Call, { stages, ...pipeline }: Pipeline) {
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

function onPipeline(answer: (call: Call, pipeline: Pipeline, stageId: number) => Reply) {
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

/** Rights: A all, G group, M own, D denied (Kommo docs). */
function userView(call: Call, user: User) {
  const level = user.is_admin ? 'A' : 'M';
  const rights = { view: level, edit: level, add: level, delete: level, export: level };
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    lang: 'en',
    rights: {
      leads: rights,
      contacts: rights,
      companies: rights,
      tasks: { edit: level, delete: level },
      is_admin: user.is_admin,
      is_free: false,
      is_active: user.is_active,
      group_id: null,
      role_id: null,
    },
    ...link(hrefOf(call, 'users', user.id)),
  };
}

/** Kommo docs: users are shown to administrators only. */
const forAdmins =
  (answer: (call: Call, id: number) => Reply) =>
  (call: Call, id = 0): Reply =>
    call.user.is_admin ? answer(call, id) : problem(403, "Client doesn't have the required scope");

const listUsers = forAdmins((call) =>
  page(call, 'users', call.account.users, (user) => userView(call, user), { counted: true }),
);

const oneUser = forAdmins((call, id) => {
  const user = call.account.users.find((one) => one.id === id);
  return user ? hal(userView(call, user)) : nothing;
});

export const catalogRoutes: Routes = {
  'GET /leads/pipelines': listPipelines,
  'GET /leads/pipelines/:id': onPipeline((call, pipeline) => hal(pipelineView(call, pipeline))),
  'GET /leads/pipelines/:id/statuses': onPipeline(listStages),
  'GET /leads/pipelines/:id/statuses/:id': onPipeline(oneStage),
  'GET /users': listUsers,
  'GET /users/:id': oneUser,
};
