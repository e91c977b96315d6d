import { DeliveryError } from '../../domain/errors.ts';
import { asText } from '../../lib/unknown-json.ts';
import { embedded, idOrNull, timeOrNull } from '../wire.ts';
import { PAGE } from './by-id.ts';
import type { CallOptions } from './call.ts';
import { pages, queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

/** A task for a user that belongs to no deal. Kommo docs: a task's `entity_id` is optional. */
export interface UserTask {
  userId: number;
  text: string;
  /** Unix seconds. */
  dueAt: number;
}

/** Creates a task without a deal. Not repeatable: after `unknown`, ask `hasUserTask` first. @returns its id */
export async function addUserTask(
  transport: Transport,
  { userId, text, dueAt }: UserTask,
  options?: CallOptions,
): Promise<number> {
  const body = [{ text, complete_till: Math.floor(dueAt), responsible_user_id: userId, request_id: '0' }];
  const answer = await transport.send(
    { method: 'POST', path: '/tasks', body, effect: 'create', doing: 'adding a task' },
    options,
  );
  const id = idOrNull(embedded(answer, 'tasks')[0]?.id);
  if (id !== null) return id;
  throw new DeliveryError('unknown', 'Kommo did not say whether it created the task.');
}

/** Whether the user has a task with this text, created at `since` (unix seconds) or later, done or not. */
export async function hasUserTask(
  transport: Transport,
  { userId, text, since }: { userId: number; text: string; since: number },
  options?: CallOptions,
): Promise<boolean> {
  const query = queryOf([
    ['filter[responsible_user_id][]', userId],
    ['filter[updated_at][from]', Math.floor(since)],
    ['limit', PAGE],
  ]);
  const call = { path: '/tasks', query, name: 'tasks', doing: 'reading tasks', absent: [] };
  for await (const page of pages(transport, call, options)) {
    const isFound = page.some(
      (task) =>
        idOrNull(task.responsible_user_id) === userId &&
        asText(task.text) === text &&
        (timeOrNull(task.created_at) ?? 0) >= since,
    );
    if (isFound) return true;
  }
  return false;
}
