import { KOMMO_EFFECTS, type KommoItems } from '../../domain/actions/writes.ts';
import { DeliveryError } from '../../domain/errors.ts';
import { asText, type JsonObject } from '../../lib/unknown-json.ts';
import { type FieldInput, wireValues } from '../field-value.ts';
import { embedded, idOrNull } from '../wire.ts';
import { PAGE } from './by-id.ts';
import type { CallOptions, KommoCall } from './call.ts';
import type { Transport } from './transport.ts';

/** The caller's own name for an item; the key of the result. */
interface Named {
  requestId: string;
}

export type NewNote = KommoItems['addNotes'] & Named;
export type ClosedTask = Omit<KommoItems['closeTasks'], 'taskId'> & Named & { taskId: number };
export type NewTask = KommoItems['addTasks'] & Named;

/** A `DealUpdate` with the ids of its fields. */
export interface DealChange extends Named {
  dealId: number;
  fields: { fieldId: number; value: FieldInput }[];
  /** Names of tags. Kommo creates those that the account does not have. */
  tags?: { add: string[]; remove: string[] };
}

/** Kommo docs: 50 items a call are recommended, 250 allowed. The lane starts with 50 and grows to 250. */
export const RECOMMENDED_BATCH = 50;
export const MAX_BATCH = PAGE;

/** The request of `addNotes`. */
export function notesCall(items: readonly Omit<NewNote, 'requestId'>[]) {
  const body = items.map(({ dealId, text }, index) => ({
    entity_id: dealId,
    note_type: 'common',
    params: { text },
    request_id: String(index),
    // Our notes report what happened; they must not start the account's automations.
    is_need_to_trigger_digital_pipeline: false,
  }));
  return { method: 'POST', path: '/leads/notes', body } as const;
}

/** The request of `addTasks`. */
export function tasksCall(items: readonly Omit<NewTask, 'requestId'>[]) {
  const body = items.map(({ dealId, text, dueAt, responsibleUserId }, index) => ({
    entity_id: dealId,
    entity_type: 'leads',
    text,
    complete_till: Math.floor(dueAt),
    // Absent: Kommo takes the token's user.
    responsible_user_id: responsibleUserId ?? undefined,
    request_id: String(index),
  }));
  return { method: 'POST', path: '/tasks', body } as const;
}

/** The request of `closeTasks` (Kommo docs: `PATCH /tasks`, `result.text` with `is_completed`). */
export function closedTasksCall(items: readonly Omit<ClosedTask, 'requestId'>[]) {
  const body = items.map(({ taskId, text }, index) => ({
    id: taskId,
    is_completed: true,
    result: { text },
    request_id: String(index),
  }));
  return { method: 'PATCH', path: '/tasks', body } as const;
}

/** The request of `updateDeals`. Several items for one deal are merged into one; the later value of a field wins. */
export function dealsCall(items: readonly Omit<DealChange, 'requestId'>[]) {
  return dealsCallOf(mergeByDeal(items));
}

function dealsCallOf(deals: MergedDeal[]) {
  // JSON.stringify leaves out undefined values.
  const body = deals.map((deal, index) => ({
    id: deal.dealId,
    custom_fields_values: listOrNone(
      [...deal.fields].map(([field_id, { value }]) => ({ field_id, values: wireValues(value) })),
    ),
    // These change only the tags that are named. `_embedded.tags` would replace all of them (Kommo docs).
    tags_to_add: listOrNone(tagsOf(deal, 'add').map(([name]) => ({ name }))),
    tags_to_delete: listOrNone(tagsOf(deal, 'remove').map(([name]) => ({ name }))),
    request_id: String(index),
  }));
  return { method: 'PATCH', path: '/leads', body } as const;
}

/**
 * Adds notes in one call. Gives the note's id by request id. An item that is missing from the result has no
 * known outcome. `DeliveryError.items` names the items at fault by index, `otherItems` the outcome of the others.
 */
export function addNotes(
  transport: Transport,
  items: readonly NewNote[],
  options?: CallOptions,
): Promise<Map<string, number>> {
  const call = { ...notesCall(items), effect: KOMMO_EFFECTS.addNotes, doing: 'adding notes' } as const;
  return write(
    transport,
    { ...call, dealIds: items.map((item) => item.dealId) },
    'notes',
    own(items),
    options,
  );
}

/** Adds tasks to deals in one call, with results as for `addNotes`. */
export function addTasks(
  transport: Transport,
  items: readonly NewTask[],
  options?: CallOptions,
): Promise<Map<string, number>> {
  const call = { ...tasksCall(items), effect: KOMMO_EFFECTS.addTasks, doing: 'adding tasks' } as const;
  return write(
    transport,
    { ...call, dealIds: items.map((item) => item.dealId) },
    'tasks',
    own(items),
    options,
  );
}

/** Completes tasks in one call, each with its result. Gives the task's id by request id. May be repeated. */
export function closeTasks(
  transport: Transport,
  items: readonly ClosedTask[],
  options?: CallOptions,
): Promise<Map<string, number>> {
  const call = {
    ...closedTasksCall(items),
    effect: KOMMO_EFFECTS.closeTasks,
    doing: 'closing tasks',
  } as const;
  return write(
    transport,
    { ...call, dealIds: items.map(({ taskId }) => taskId) },
    'tasks',
    own(items),
    options,
  );
}

/**
 * Updates deals in one call. Gives the deal's id by request id. Repeatable, so an unclear outcome is `retryable`.
 * Several items for one deal are merged into one on the wire, the later value of a field wins; an error is still
 * attributed to the item whose field or tag it concerns.
 */
export function updateDeals(
  transport: Transport,
  items: readonly DealChange[],
  options?: CallOptions,
): Promise<Map<string, number>> {
  const merged = mergeByDeal(items);
  const owners = (index: number, path: string): number[] => {
    const deal = merged[index];
    const owner = deal && ownerAt(deal, path);
    return owner === undefined ? (deal?.owners ?? []) : [owner];
  };
  const dealIds = items.map((item) => item.dealId);
  const call = {
    ...dealsCallOf(merged),
    effect: KOMMO_EFFECTS.updateDeals,
    doing: 'updating deals',
  } as const;
  const ownersOf = merged.map((deal) => deal.owners.map((owner) => items[owner]!.requestId));
  return write(transport, { ...call, dealIds, owners }, 'leads', ownersOf, options);
}

interface MergedDeal {
  dealId: number;
  /** Indexes of the caller's items. */
  owners: number[];
  fields: Map<number, { value: FieldInput; owner: number }>;
  /** The last change of each tag. */
  tags: Map<string, { change: 'add' | 'remove'; owner: number }>;
}

function mergeByDeal(items: readonly Omit<DealChange, 'requestId'>[]): MergedDeal[] {
  const deals = new Map<number, MergedDeal>();
  for (const [owner, { dealId, fields, tags = { add: [], remove: [] } }] of items.entries()) {
    const deal: MergedDeal = deals.get(dealId) ?? { dealId, owners: [], fields: new Map(), tags: new Map() };
    deal.owners.push(owner);
    for (const { fieldId, value } of fields) deal.fields.set(fieldId, { value, owner });
    for (const name of tags.add) deal.tags.set(name, { change: 'add', owner });
    for (const name of tags.remove) deal.tags.set(name, { change: 'remove', owner });
    deals.set(dealId, deal);
  }
  return [...deals.values()];
}

function tagsOf({ tags }: MergedDeal, wanted: 'add' | 'remove') {
  return [...tags].filter(([, { change }]) => change === wanted);
}

function listOrNone<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** The item whose field or tag Kommo's path names: `custom_fields_values.0.field_id`, `tags_to_add.1.name`. */
function ownerAt(deal: MergedDeal, path: string): number | undefined {
  const [, list, position] =
    /^(custom_fields_values|tags_to_add|tags_to_delete)\.(\d+)(?:\.|$)/.exec(path) ?? [];
  if (list === undefined) return undefined;
  const owners =
    list === 'custom_fields_values'
      ? [...deal.fields.values()]
      : tagsOf(deal, list === 'tags_to_add' ? 'add' : 'remove').map(([, tag]) => tag);
  return owners[Number(position)]?.owner;
}

function own(items: readonly { requestId: string }[]): string[][] {
  return items.map((item) => [item.requestId]);
}

/** @param requestIds the caller's request ids that each item on the wire stands for. */
async function write(
  transport: Transport,
  call: KommoCall & { body: unknown[] },
  name: string,
  requestIds: string[][],
  options: CallOptions | undefined,
): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  if (call.body.length === 0) return written;
  if (call.body.length > MAX_BATCH) throw new RangeError(`Kommo takes at most ${MAX_BATCH} items a call.`);
  const answer = await transport.send(call, options);
  const results = embedded(answer, name);
  for (const [position, result] of results.entries()) {
    const index = indexOf(result, position, results.length === call.body.length);
    const id = idOrNull(result.id);
    if (id !== null) for (const requestId of requestIds[index] ?? []) written.set(requestId, id);
  }
  // A 2xx that does not say what was written.
  if (written.size === 0) {
    const failure = call.effect === 'create' ? 'unknown' : 'retryable';
    throw new DeliveryError(failure, `Kommo's answer to ${call.doing} does not say what was written.`);
  }
  return written;
}

/** Kommo echoes `request_id`. Without it, an answer with as many results as items has them in the items' order. */
function indexOf(result: JsonObject, position: number, complete: boolean): number {
  const echoed = asText(result.request_id);
  if (/^\d{1,4}$/.test(echoed)) return Number(echoed);
  return complete ? position : -1;
}
