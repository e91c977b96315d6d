import { type FormMap, type FormValue, listItems } from './form.ts';
import { idOf } from './item-fields.ts';
import type { ReportedField } from './reports.ts';

/** A Kommo account has at most 400 fields. */
const MAX_FIELDS = 400;

/**
 * The custom fields of an item. Webhooks have them in the shape of API v2: `values` is a list of `{value, enum}`, of plain values
 * (dates), or one such object (radio buttons). Fields without a value are not in the body.
 */
export function fieldsOf(item: FormMap): { fields?: ReportedField[] } {
  const fields = listItems(item.get('custom_fields'))
    .slice(0, MAX_FIELDS)
    .flatMap((field) => (field instanceof Map ? readField(field) : []));
  return fields.length === 0 ? {} : { fields };
}

function readField(field: FormMap): ReportedField[] {
  const id = idOf(field, 'id');
  if (id === null) return [];
  const values = valuesIn(field.get('values'));
  const code = textOf(field.get('code'));
  return [{ id, name: textOf(field.get('name')) ?? '', code, value: values.join(', ') }];
}

function valuesIn(values: FormValue | undefined): string[] {
  const list = listItems(values);
  const single = values instanceof Map && values.has('value') ? [values] : [];
  return [...list, ...single].flatMap(
    (value) => textOf(value instanceof Map ? value.get('value') : value) ?? [],
  );
}

function textOf(value: FormValue | undefined): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
