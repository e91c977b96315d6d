import { addTask, editTask } from '../edits.ts';
import { hal, nothing, type Reply } from '../hal.ts';
import type { Task } from '../model.ts';
import { within } from '../query.ts';
import { type Check, checkUser, isObject, type Item, typed } from '../validation.ts';
import { type Api, among, type Call, ids, ordered, page, pick } from './call.ts';
import { taskView } from './views.ts';
import { write } from './write.ts';

export function listTasks(api: Api, call: Call): Reply {
  const { query } = call;
  const type = query.one('filter', 'entity_type');
  // Kommo docs: `entity_id` counts only beside `entity_type`.
  const of = type === undefined ? undefined : ids(query, 'entity_id');
  const completed = query.list('filter', 'is_completed')?.map((value) => value === '1' || value === 'true');
  const responsible = ids(query, 'responsible_user_id');
  const taskType = ids(query, 'task_type') ?? ids(query, 'task_type_id');
  const updated = query.range('filter', 'updated_at');
  const found = pick(api.account.tasks, ids(query, 'id')).filter(
    (task) =>
      (type === undefined || task.entity_type === type) &&
      among(of, task.entity_id) &&
      (!completed || completed.includes(task.is_completed)) &&
      among(responsible, task.responsible_user_id) &&
      among(taskType, task.task_type_id) &&
      within(updated, task.updated_at),
  );
  return page(api, call, 'tasks', ordered(found, query, ['id', 'created_at', 'complete_till']), (task) =>
    taskView(api, task),
  );
}

export function oneTask(api: Api, id: number): Reply {
  const task = api.account.tasks.get(id);
  return task ? hal(taskView(api, task)) : nothing;
}

const entityTypes = ['leads', 'contacts', 'companies'];

function checkTask(api: Api, item: Item, check: Check): Partial<Task> {
  if (typed(check, item, 'text', 'string') && (item.text as string).trim() === '')
    check.bad('NotNullable', 'text', 'This value should not be blank.');
  for (const key of ['complete_till', 'task_type_id', 'duration', 'entity_id']) typed(check, item, key, 'int');
  typed(check, item, 'is_completed', 'boolean');
  checkUser(api.account, check, item);
  if (typed(check, item, 'entity_type', 'string') && !entityTypes.includes(item.entity_type as string))
    check.bad('NotSupportedChoice', 'entity_type');
  const hasResult = typed(check, item, 'result', 'object');
  const result = hasResult && isObject(item.result) ? { text: String(item.result.text ?? '') } : undefined;
  const given = item as Partial<Task>;
  return {
    text: given.text,
    complete_till: given.complete_till,
    entity_id: given.entity_id,
    entity_type: given.entity_type,
    task_type_id: given.task_type_id,
    responsible_user_id: given.responsible_user_id,
    is_completed: given.is_completed,
    duration: given.duration,
    result,
  };
}

export function addTasks(api: Api, call: Call): Reply {
  return write<Task>(api, call, undefined, {
    name: 'tasks',
    path: '/tasks',
    unknown(item) {
      if (item.entity_id === undefined) return undefined;
      const type = String(item.entity_type) as 'leads' | 'contacts' | 'companies';
      if (!entityTypes.includes(type)) return undefined;
      const found = api.account[type].get(Number(item.entity_id));
      if (found && !found.is_deleted) return undefined;
      const name = { leads: 'Lead', contacts: 'Contact', companies: 'Company' }[type];
      return { id: String(item.entity_id), reason: `${name} not found` };
    },
    prepare(item, check) {
      for (const key of ['text', 'complete_till']) if (item[key] === undefined) check.bad('FieldMissing', key);
      if (item.entity_id !== undefined && item.entity_type === undefined)
        check.bad('FieldMissing', 'entity_type');
      const task = checkTask(api, item, check) as Parameters<typeof addTask>[1];
      return () => addTask(api.account, task, api.by());
    },
    answer: () => ({}),
    link: (task) => `/tasks/${task.id}`,
  });
}

export function patchTasks(api: Api, call: Call, id?: number): Reply {
  return write<Task>(api, call, id, {
    name: 'tasks',
    path: '/tasks',
    missing: 'Task not found',
    find: (item) => api.account.tasks.get(Number(item.id)),
    prepare(item, check, task) {
      const edit = checkTask(api, item, check);
      return () => editTask(api.account, task!, edit, api.by());
    },
    answer: (task) => ({ updated_at: task.updated_at }),
    link: (task) => `/tasks/${task.id}`,
  });
}
