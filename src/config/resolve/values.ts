import type { Catalog, FieldDefinition } from '../../domain/entities.ts';
import { formatPath, type Owner, parsePath, partsOf, splitPart } from '../../domain/rules/paths.ts';
import { isTemplate } from '../../domain/rules/values.ts';
import { findNamed } from '../names.ts';
import type { KeyPath } from '../problems.ts';
import type { ValueSource } from '../sources.ts';
import { pathsInTemplate } from '../templates.ts';
import type { TagConfig } from '../types.ts';
import { type Resolution, refuse } from './resolution.ts';

export function resolveSources(
  values: Record<string, ValueSource>,
  path: KeyPath,
  resolution: Resolution,
): Record<string, ValueSource> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, resolveSource(value, [...path, name], resolution)]),
  );
}

/** Paths get the field's id, so that a field that is renamed in Kommo keeps working. */
export function resolveSource(value: ValueSource, path: KeyPath, resolution: Resolution): ValueSource {
  if (typeof value !== 'string') return value;
  if (isTemplate(value)) {
    checkText(value, path, resolution);
    return value;
  }
  const parsed = parsePath(value);
  if ('problem' in parsed || parsed.kind !== 'field') return value;
  const fields = fieldsOf(parsed.of, resolution.catalog);
  const field = findNamed(parsed.field, fields, `${parsed.of} field`);
  if ('found' in field) return formatPath({ ...parsed, field: String(field.found.id) });
  const withPart = resolvePart(parsed, fields, path, resolution);
  if (withPart === null) refuse(resolution, path, field);
  return withPart ?? value;
}

/** `contact.field.Address.city`, with the field's id; null where the text before the last dot names no field. */
function resolvePart(
  { of, field: text }: { of: Owner; field: string },
  fields: FieldDefinition[],
  path: KeyPath,
  resolution: Resolution,
): string | null {
  const split = splitPart(text);
  const base = split && findNamed(split.field, fields, `${of} field`);
  if (!split || !base || !('found' in base)) return null;
  const { id, name, type } = base.found;
  const parts = partsOf(type);
  const part = split.part.toLowerCase();
  if (parts === null || parts.includes(part))
    return formatPath({ kind: 'field', of, field: String(id), part: parts === null ? split.part : part });
  const message = `the ${of} field "${name}" has no part "${split.part}"`;
  const hint = parts.length > 0 ? `It has ${parts.join(', ')}.` : `Write ${of}.field.${name}.`;
  refuse(resolution, path, { message, hint });
  return text;
}

/** Checks the fields that a text names. */
export function checkText(template: string | null | undefined, path: KeyPath, resolution: Resolution): void {
  for (const value of pathsInTemplate(template ?? '')) {
    if (value.kind === 'field') checkFieldInText(value.of, value.field, path, resolution);
  }
}

export function checkTagTexts(tags: TagConfig | null, path: KeyPath, resolution: Resolution): void {
  for (const change of ['add', 'remove'] as const)
    for (const [index, name] of (tags?.[change] ?? []).entries())
      checkText(name, [...path, change, index], resolution);
}

/** Liquid compares names letter by letter, and Kommo leaves out fields that are empty. */
function checkFieldInText(of: Owner, name: string, path: KeyPath, resolution: Resolution): void {
  const fields = fieldsOf(of, resolution.catalog);
  const isExact = fields.some((field) => [field.name, field.code, String(field.id)].includes(name));
  if (isExact) return;
  const field = findNamed(name, fields, `${of} field`);
  if ('message' in field) {
    refuse(resolution, path, field);
    return;
  }
  const exact = field.found.name;
  const message = `the ${of} field "${name}" is written "${exact}" in Kommo`;
  const hint = `Write ${of}.field["${exact}"] or ${of}.field[${field.found.id}].`;
  refuse(resolution, path, { message, hint });
}

const FIELD_LISTS = { deal: 'dealFields', contact: 'contactFields', company: 'companyFields' } as const;

/** Touches this list only: the lists that are touched are those that the rules name fields of. */
/** The custom fields of an entity's kind. */
export function fieldsOf(of: Owner, catalog: Catalog): FieldDefinition[] {
  return catalog[FIELD_LISTS[of]];
}
