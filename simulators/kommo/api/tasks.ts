import { entityExists } from '../account.ts';
import { addTask, editTask } from '../activities.ts';
import { type Check, type Item, isObject, need, read, readStamps, readUser } from '../checks.ts';
import { hal, nothing, problem, type Reply } from '../hal.ts';
import type { Task } from '../model.ts';
import { within } from '../query.ts';
import type { EntityKind } from '../types.ts';
import { type Batch, type Planned, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { orderBy } from './lists.ts';
import { link, page } from './page.ts';
import { hrefOf, taskView } from './views.ts';

const kinds = ['leads', 'contacts', 'companies'];
const missing = { leads: 'Lead not found', contacts: 'Contact not found', companies: 'Company not found' };

function list(call: Call): Reply {
  const { account, query } = call;
  const ids = query.ids('filter', 'id');
  const owners = query.ids('filter', 'responsible_user_id');
  const completed = query.list('filter', 'is_completed');
  // Public clients send both names, as Kommo renamed the filter.
  const types = query.ids('filter', 'task_type') ?? query.ids('filter', 'task_type_id');
  const kind = query.one('filter', 'entity_type');
  const named = query.ids('filter', 'entity_id');
  // Kommo docs: entity_id works only together with entity_type.
  if (named && !kind && account.settings.switches.taskEntityFilter === 'refuse')
    return problem(400, 'Filter entity_id requires entity_type');
  const entities = kind ? named : undefined;
  const created = query.range('filter', 'created_at');
  const updated = query.range('filter', 'updated_at');
  const base = entities
    ? [...entities].flatMap((id) => account.tasksOf.get(`${kind}/${id}`) ?? [])
    : [...account.tasks.values()];
  const tasks = base.filter(
    (task) =>
      (!ids || ids.has(task.id)) &&
      (!owners || owners.has(task.responsible_user_id)) &&
      (!completed || completed.includes(String(Number(task.is_completed)))) &&
      (!types || types.has(task.task_type_id)) &&
      (kind === undefined || task.entity_type === kind) &&
      within(created, task.created_at) &&
      within(updated, task.updated_at),
  );
  orderBy(call, tasks, ['complete_till', 'created_at', 'id']);
  return page(call, 'tasks', tasks, (task) => taskView(call, task));
}

function one(call: Call, id: number): Reply {
  const task = call.account.tasks.get(id);
  return task ? hal(taskView(call, task)) : nothing;
}

function readResult(check: Check, item: Item): { text: string } | undefined {
  const result = item.result;
  if (result === undefined || (Array.isArray(result) && result.length === 0)) return undefined;
  if (isObject(result)) {
    const text = need(check, result, 'text', 'string', 'result.text');
    return text === undefined ? undefined : { text };
  }
  check.bad('InvalidType', 'result', 'This value should be of type array.');
  return undefined;
}

function readTask(call: Call, item: Item, check: Check) {
  const type = read(check, item, 'entity_type', 'string');
  if (type !== undefined && !kinds.includes(type)) check.bad('NotSupportedChoice', 'entity_type');
  const task_type_id = read(check, item, 'task_type_id', 'int');
  if (task_type_id !== undefined && task_type_id < 1) check.bad('NotSupportedChoice', 'task_type_id');
  return {
    ...readStamps(call.account, check, item),
    entity_type: type as EntityKind | undefined,
    entity_id: read(check, item, 'entity_id', 'int'),
    task_type_id,
    responsible_user_id: readUser(call.account, check, item, 'responsible_user_id'),
    is_completed: read(check, item, 'is_completed', 'bool'),
    duration: read(check, item, 'duration', 'int'),
    result: readResult(check, item),
  };
}

function planAddition(call: Call, item: Item, check: Check): Planned<Task> {
  const text = need(check, item, 'text', 'string');
  const complete_till = need(check, item, 'complete_till', 'int');
  const more = readTask(call, item, check);
  const { entity_id, entity_type } = more;
  if (entity_id !== undefined && entity_type === undefined) check.bad('FieldMissing', 'entity_type');
  if (check.errors.length > 0 || text === undefined || complete_till === undefined) return undefined;
  if (entity_id && entity_type && !entityExists(call.account, entity_type, entity_id))
    return { refused: missing[entity_type], id: entity_id };
  return { write: () => addTask(call.account, { ...more, text, complete_till }, call.by) };
}

function planEdit(call: Call, item: Item, check: Check): Planned<Task> {
  const id = need(check, item, 'id', 'int');
  const text = read(check, item, 'text', 'string');
  const complete_till = read(check, item, 'complete_till', 'int');
  const { entity_id: _id, entity_type: _type, ...more } = readTask(call, item, check);
  if (id === undefined) return undefined;
  const task = call.account.tasks.get(id);
  if (!task) return { refused: 'Task not found', id };
  return { write: () => editTask(call.account, task, { ...more, text, complete_till }, call.by) };
}

const additions = (call: Call): Batch<Task> => ({
  key: 'tasks',
  plan: (item, check) => planAddition(call, item, check),
  show: ({ id }) => ({ id, ...link(hrefOf(call, 'tasks', id)) }),
});

const edits = (call: Call, single?: number): Batch<Task> => ({
  key: 'tasks',
  ...(single === undefined ? {} : { single }),
  plan: (item, check) => planEdit(call, item, check),
  show: ({ id, updated_at }) => ({ id, updated_at, ...link(hrefOf(call, 'tasks', id)) }),
});

/** Public clients met 403, not 405, on a DELETE of tasks. */
const noDelete = (): Reply => problem(403, "Client doesn't have the required scope");

export const taskRoutes: Routes = {
  'GET /tasks': list,
  'POST /tasks': (call) => runBatch(call, additions(call)),
  'PATCH /tasks': (call) => runBatch(call, edits(call)),
  'DELETE /tasks': noDelete,
  'GET /tasks/:id': (call, id) => one(call, id!),
  'PATCH /tasks/:id': (call, id) => runBatch(call, edits(call, id)),
  'DELETE /tasks/:id': noDelete,
};
