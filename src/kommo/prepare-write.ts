import type { DealUpdate, KommoItems, KommoWrite } from '../domain/actions/writes.ts';
import type { FieldDefinition } from '../domain/entities.ts';
import type { FailureCode } from '../domain/errors.ts';
import { findByName } from '../domain/find-by-name.ts';
import type { CallOptions } from './client/call.ts';
import {
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
  updateDeals: Omit<DealChange, 'requestId'>;
}

/** A write that can be sent: the names in it are resolved to the account's ids. */
export type PreparedWrite = { [Call in CallName]: { call: Call; input: Inputs[Call] } }[CallName];

export type Preparation =
  | { ok: true; write: PreparedWrite }
  /** `field_missing`: the field may exist in a newer reading of the catalog. */
  | { ok: false; error: string; code: FailureCode };

/** Resolves the names in a write, or gives the error text why the write is not possible. */
export function prepareWrite(write: KommoWrite, dealFields: FieldDefinition[]): Preparation {
  if (write.call === 'updateDeals') return prepareDealUpdate(write.item, dealFields);
  if (write.call === 'addTasks') return { ok: true, write: { call: write.call, input: write.item } };
  return { ok: true, write: { call: write.call, input: write.item } };
}

function prepareDealUpdate(
  { dealId, fields = {}, tags }: DealUpdate,
  dealFields: FieldDefinition[],
): Preparation {
  const found: DealChange['fields'] = [];
  for (const [name, text] of Object.entries(fields)) {
    const [definition] = findByName(name, dealFields);
    if (!definition) {
      const error = `The deal field "${name}" does not exist in Kommo. Run: stagepost doctor --fix`;
      return { ok: false, error, code: 'field_missing' };
    }
    const input = fieldValue(definition, text);
    if (!input.ok) return input;
    found.push({ fieldId: definition.id, value: input.value });
  }
  return {
    ok: true,
    write: { call: 'updateDeals', input: { dealId, fields: found, ...(tags ? { tags } : {}) } },
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
  updateDeals: { method: 'PATCH', path: '/api/v4/leads' },
};

/** The request of a single write. */
export function requestOf(write: PreparedWrite): { method: 'POST' | 'PATCH'; path: string; body: unknown[] } {
  return { ...KOMMO_ADDRESSES[write.call], body: bodyOf(write) };
}

function bodyOf(write: PreparedWrite): unknown[] {
  if (write.call === 'addNotes') return notesCall([write.input]).body;
  if (write.call === 'addTasks') return tasksCall([write.input]).body;
  return dealsCall([write.input]).body;
}
