import type { Deal } from '../entities.ts';
import { findByName } from '../find-by-name.ts';
import { type FieldState, isRestrictiveState } from './field-state.ts';
import type { ShownValue } from './projection.ts';

/** A value that a deal field gets, or is known to have. An empty value clears the field. */
export interface FieldShow extends ShownValue {
  field: string;
  /** What the field had when the value was decided; missing where it has the value itself. */
  replaces?: string;
  /** Whether the value undoes an edit in Kommo. */
  isUndo?: boolean;
}

export interface DealFields {
  deal: Pick<Deal, 'id' | 'fields'>;
  /** What Stagepost knows the deal's fields to show, by field. */
  shows: ReadonlyMap<string, ShownValue>;
  /** What the deal's clients have in their records, for deals from before `shows` was kept. */
  remembered: readonly Readonly<Record<string, FieldState>>[];
  /** The fields whose value the event itself has changed. */
  changed: ReadonlySet<string>;
}

/**
 * Compares what a deal's fields shall show with what they are known to show.
 * @returns `writes`: the values to write; `adopted`: the values that the deal shows already, to be remembered.
 */
export function fieldWrites(
  projected: ReadonlyMap<string, ShownValue | null>,
  fields: DealFields,
): { writes: FieldShow[]; adopted: FieldShow[] } {
  const writes: FieldShow[] = [];
  const adopted: FieldShow[] = [];
  for (const [field, next] of projected) {
    const before = fields.shows.get(field) ?? formerShow(field, fields);
    const read = valueRead(field, fields.deal);
    if (next === null) {
      if (before?.isRestrictive) writes.push({ field, value: '', isRestrictive: false, replaces: read });
    } else if (before ? before.value !== next.value : read !== next.value || fields.changed.has(field)) {
      // A value that somebody else has set gives way to an opt-out or to news, but not to what was known before.
      const mayReplace =
        before !== undefined || next.isRestrictive || fields.changed.has(field) || read === '';
      if (mayReplace) writes.push({ field, ...next, replaces: read });
    } else if (!fields.shows.has(field)) adopted.push({ field, ...next });
  }
  return { writes, adopted };
}

/** A deal from before `shows` was kept that shows what an opt-out or a failure of its client has set. */
function formerShow(field: string, { deal, remembered }: DealFields): ShownValue | undefined {
  const read = valueRead(field, deal);
  const isFormer = remembered.some((fields) => {
    const state = fields[field];
    return state !== undefined && state.value === read && isRestrictiveState(state);
  });
  return isFormer && read !== '' ? { value: read, isRestrictive: true } : undefined;
}

/** The field's value as a text, empty where the deal has none. */
export function valueRead(name: string, { fields }: Pick<Deal, 'fields'>): string {
  const [field] = findByName(name, fields);
  return (field?.values ?? []).map(String).join(', ');
}
