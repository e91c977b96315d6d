import type { AddNote, AddTask, SetField } from '../../../domain/actions.ts';
import type { FieldDefinition } from '../../../domain/entities.ts';
import { type CallOptions, type FieldInput, fieldValue } from '../../../kommo/index.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../lane.ts';

/** What Kommo made of a batch: ids by the action's place in it. A missing one has no known outcome. */
export type Written = Map<number, number>;

/** One call for a batch of notes. The request ids are the places, by which Kommo names a refused item. */
export async function writeNotes(
  { kommo }: Connection,
  actions: OutboxRow[],
  how?: CallOptions,
): Promise<Written> {
  const items = actions.map((action, index) => {
    const { dealId, text } = action.payload as AddNote;
    return { dealId, text, requestId: String(index) };
  });
  return byPlace(await kommo.addNotes(items, how));
}

/** One call for a batch of tasks. */
export async function writeTasks(
  { kommo }: Connection,
  actions: OutboxRow[],
  how?: CallOptions,
): Promise<Written> {
  const items = actions.map((action, index) => {
    const { dealId, text, dueAt, responsibleUserId } = action.payload as AddTask;
    return { dealId, text, completeTill: dueAt, responsibleUserId, requestId: String(index) };
  });
  return byPlace(await kommo.addTasks(items, how));
}

/** A field change that can be written, or why it cannot. */
export type FieldChange = { ok: true; fieldId: number; value: FieldInput } | { ok: false; error: string };

/** One call that sets a field on each deal of a batch. */
export async function writeFields(
  { kommo }: Connection,
  actions: OutboxRow[],
  changes: Extract<FieldChange, { ok: true }>[],
  how?: CallOptions,
): Promise<Written> {
  const items = actions.map((action, index) => {
    const { fieldId, value } = changes[index]!;
    return {
      dealId: (action.payload as SetField).dealId,
      fields: [{ fieldId, value }],
      requestId: String(index),
    };
  });
  return byPlace(await kommo.setDealFields(items, how));
}

function byPlace(ids: Map<string, number>): Written {
  return new Map([...ids].map(([requestId, id]) => [Number(requestId), id]));
}

/**
 * The field and value of each action. A field that the catalog does not have may have been made
 * since (by `stagepost doctor --fix`), so the catalog is read once more before giving up.
 */
export async function fieldChanges(connection: Connection, actions: OutboxRow[]): Promise<FieldChange[]> {
  const isMissing = (action: OutboxRow) =>
    !findField(connection.catalog.dealFields, (action.payload as SetField).field);
  const fields = actions.some(isMissing)
    ? (await connection.refreshCatalog()).dealFields
    : connection.catalog.dealFields;
  return actions.map((action) => fieldChange(fields, action.payload as SetField));
}

/** The field and value of one action. */
export function fieldChange(fields: FieldDefinition[], { field, value }: SetField): FieldChange {
  const definition = findField(fields, field);
  if (!definition) {
    const error = `The deal field "${field}" does not exist in Kommo. Run: stagepost doctor --fix`;
    return { ok: false, error };
  }
  const input = fieldValue(definition, value);
  return input.ok ? { ok: true, fieldId: definition.id, value: input.value } : input;
}

/** By id or name, as the configuration names it; upper and lower case alike. */
function findField(fields: FieldDefinition[], wanted: string): FieldDefinition | undefined {
  const folded = wanted.trim().toLowerCase();
  return (
    fields.find((field) => field.name === wanted || String(field.id) === wanted) ??
    fields.find((field) => field.name.toLowerCase() === folded || field.code?.toLowerCase() === folded)
  );
}
