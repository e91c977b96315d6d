import type { Catalog } from '../../domain/entities.ts';
import { formatPath, type Owner, parsePath } from '../../domain/rules/paths.ts';
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
function resolveSource(value: ValueSource, path: KeyPath, resolution: Resolution): ValueSource {
  if (typeof value !== 'string') return value;
  if (isTemplate(value)) {
    checkText(value, path, resolution);
    return value;
  }
  const parsed = parsePath(value);
  if ('problem' in parsed || parsed.kind !== 'field') return value;
  const field = findNamed(parsed.field, fieldsOf(parsed.of, resolution.catalog), `${parsed.of} field`);
  if ('found' in field) return formatPath({ ...parsed, field: String(field.found.id) });
  refuse(resolution, path, field);
  return value;
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

function fieldsOf(of: Owner, { dealFields, contactFields, companyFields }: Catalog) {
  return { deal: dealFields, contact: contactFields, company: companyFields }[of];
}
