import type { DealUpdate, KommoItems, KommoWrite } from '../domain/actions/writes.ts';
import type { Catalog, User } from '../domain/entities.ts';
import type { FailureCode } from '../domain/errors.ts';
import { findByName } from '../domain/find-by-name.ts';
import type { CallOptions } from './client/call.ts';
import {
  type ClosedTask,
  closedTasksCall,
  type DealChange,
  dealsCall,
  type NewNote,
  type NewTask,
  notesCall,
  tasksCall,
} from './client/writes.ts';
import { fieldValue } from './field-value.ts';

type CallName = keyof KommoItems;

/** One item of each of the client's methods, without its request id. */
interface Inputs {
  addNotes: Omit<NewNote, 'requestId'>;
  addTasks: Omit<NewTask, 'requestId'>;
  closeTasks: Omit<ClosedTask, 'requestId'>;
  updateDeals: Omit<DealChange, 'requestId'>;
}

/** A write that can be sent: the names in it are resolved to the account's ids. */
export type PreparedWrite = { [Call in CallName]: { call: Call; input: Inputs[Call] } }[CallName];

export type Preparation =
  | { ok: true; write: PreparedWrite; warnings: string[] }
  /** `field_missing`: the field may exist in a newer reading of the catalog. */
  | { ok: false; error: string; code: FailureCode };

/** The parts of the account's catalog that a write depends on. */
export type WriteCatalog = Pick<Catalog, 'dealFields' | 'users'> & {
  account: Pick<Catalog['account'], 'timezone'>;
  /** Who gets the tasks of colleagues who have left: a user's name, email or id. */
  taskUser?: string | null;
};

/** Resolves the names in a write and fits its values, or gives the error text why the write is not possible. */
export function prepareWrite(write: KommoWrite, catalog: WriteCatalog): Preparation {
  if (write.call === 'updateDeals') return prepareDealUpdate(write.item, catalog);
  if (write.call === 'addTasks') return prepareTask(write.item, catalog);
  if (write.call === 'closeTasks') return prepareClosing(write.item);
  return { ok: true, write: { call: write.call, input: write.item }, warnings: [] };
}

function prepareClosing({ taskId, ...item }: KommoItems['closeTasks']): Preparation {
  if (taskId === null)
    return { ok: false, error: 'The task to close is not known.', code: 'previous_action_failed' };
  return { ok: true, write: { call: 'closeTasks', input: { ...item, taskId } }, warnings: [] };
}

/** A colleague who has left gets no tasks (Kommo refuses them), so the task goes to the token's user. */
function prepareTask(task: KommoItems['addTasks'], catalog: WriteCatalog): Preparation {
  const { users } = catalog;
  const assignee = users.find(({ id }) => id === task.responsibleUserId);
  if (assignee === undefined || assignee.isActive)
    return { ok: true, write: { call: 'addTasks', input: task }, warnings: [] };
  const substitute = substituteOf(catalog);
  return {
    ok: true,
    write: { call: 'addTasks', input: { ...task, responsibleUserId: substitute?.id ?? null } },
    warnings: [
      `The responsible user ${assignee.name || assignee.id} is deactivated: the task went to ${nameOf(substitute)}.`,
    ],
  };
}

/** The active user who gets the tasks of others; null: the token's user. */
function substituteOf({ users, taskUser }: Pick<WriteCatalog, 'users' | 'taskUser'>): User | null {
  if (!taskUser) return null;
  const wanted = taskUser.trim().toLowerCase();
  const isWanted = ({ id, name, email }: User) =>
    String(id) === wanted || [name, email].some((text) => text.trim().toLowerCase() === wanted);
  return users.find((user) => user.isActive && isWanted(user)) ?? null;
}

function nameOf(user: User | null): string {
  return user === null ? 'the user whose token Stagepost uses' : user.name || String(user.id);
}

function prepareDealUpdate(
  { dealId, fields = {}, tags }: DealUpdate,
  { dealFields, account }: WriteCatalog,
): Preparation {
  const found: DealChange['fields'] = [];
  const warnings: string[] = [];
  for (const [name, text] of Object.entries(fields)) {
    const [definition] = findByName(name, dealFields);
    if (!definition) {
      const error = `The deal field "${name}" does not exist in Kommo. Run: stagepost doctor --fix`;
      return { ok: false, error, code: 'field_missing' };
    }
    const input = fieldValue(definition, text, account.timezone);
    if (!input.ok) return input;
    if (input.warning !== undefined) warnings.push(input.warning);
    found.push({ fieldId: definition.id, value: input.value });
  }
  return {
    ok: true,
    write: { call: 'updateDeals', input: { dealId, fields: found, ...(tags ? { tags } : {}) } },
    warnings,
  };
}

/** The writing methods of the client. */
export type KommoWriter = {
  [Call in CallName]: (
    items: readonly (Inputs[Call] & { requestId: string })[],
    options?: CallOptions,
  ) => Promise<Map<string, number>>;
};

/**
 * Makes one call for all these writes.
 * @param writes all with the same `call`, 250 at most
 * @returns Kommo's id of the entity that each write created or changed, by the write's index. A missing index has no
 * known outcome.
 * @throws DeliveryError whose `items` go by index, too
 */
export async function sendWrites(
  kommo: KommoWriter,
  writes: PreparedWrite[],
  options?: CallOptions,
): Promise<Map<number, number>> {
  const [first] = writes;
  if (!first) return new Map();
  const ids = await sendAll(kommo, first.call, writes, options);
  return new Map([...ids].map(([requestId, id]) => [Number(requestId), id]));
}

function sendAll<Call extends CallName>(
  kommo: KommoWriter,
  call: Call,
  writes: PreparedWrite[],
  options?: CallOptions,
): Promise<Map<string, number>> {
  // All writes have this `call`, which the type of a list cannot express.
  const own = writes as { call: Call; input: Inputs[Call] }[];
  return kommo[call](
    own.map(({ input }, index) => ({ ...input, requestId: String(index) })),
    options,
  );
}

/** The address of each call, as attempts and previews show it. */
export const KOMMO_ADDRESSES: Record<CallName, { method: 'POST' | 'PATCH'; path: string }> = {
  addNotes: { method: 'POST', path: '/api/v4/leads/notes' },
  addTasks: { method: 'POST', path: '/api/v4/tasks' },
  closeTasks: { method: 'PATCH', path: '/api/v4/tasks' },
  updateDeals: { method: 'PATCH', path: '/api/v4/leads' },
};

/** The request of a single write. */
export function requestOf(write: PreparedWrite): { method: 'POST' | 'PATCH'; path: string; body: unknown[] } {
  return { ...KOMMO_ADDRESSES[write.call], body: bodyOf(write) };
}

function bodyOf(write: PreparedWrite): unknown[] {
  if (write.call === 'addNotes') return notesCall([write.input]).body;
  if (write.call === 'addTasks') return tasksCall([write.input]).body;
  if (write.call === 'closeTasks') return closedTasksCall([write.input]).body;
  return dealsCall([write.input]).body;
}
