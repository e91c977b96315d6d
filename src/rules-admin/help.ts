import { REPORT_NAMES } from '../config/index.ts';
import type { Catalog, FieldDefinition } from '../domain/entities.ts';
import { ATTRIBUTES, formatPath, type Owner, partsOf, REPORT_VALUES } from '../domain/rules/paths.ts';
import type { RuleHelp } from './rules-service.ts';

/** The names that rules can use, for completion. @param catalog null before Kommo was read: then without custom fields */
export function ruleHelp(catalog: Catalog | null): RuleHelp {
  const attributes = (Object.keys(ATTRIBUTES) as (keyof typeof ATTRIBUTES)[]).flatMap((of) =>
    ATTRIBUTES[of].map((name) =>
      path(formatPath({ kind: 'attribute', of, name }), `${OWNERS[of]}: ${spaced(name)}`),
    ),
  );
  const fields = catalog
    ? [
        ...fieldPaths('deal', catalog.dealFields),
        ...fieldPaths('contact', catalog.contactFields),
        ...fieldPaths('company', catalog.companyFields),
      ]
    : [];
  const report = REPORT_VALUES.map((name) => ({
    path: name,
    label: `Report: ${spaced(name)}`,
    scope: 'report' as const,
  }));
  return {
    paths: [...attributes, ...fields, ...report],
    reports: [...REPORT_NAMES],
    fields: catalog?.dealFields.map(({ name }) => name) ?? [],
    names: { stage_note: ['event', 'person'], reaction: [...REPORT_VALUES], inactivity: ['event'] },
  };
}

const OWNERS = { deal: 'Deal', responsible_user: 'Responsible user', contact: 'Contact', company: 'Company' };

const spaced = (name: string) => name.replaceAll('_', ' ');

const path = (text: string, label: string) => ({ path: text, label, scope: 'everywhere' as const });

/** A field is named by its id where another field has the same name, or the name has spaces at its ends. */
function fieldPaths(of: Owner, fields: FieldDefinition[]) {
  const count = (name: string) => fields.filter((field) => field.name === name).length;
  return fields.flatMap(({ id, name, type }) => {
    const field = count(name) === 1 && name.trim() === name ? name : String(id);
    const label = `${OWNERS[of]}: ${name}`;
    const parts = (partsOf(type) ?? []).map((part) =>
      path(formatPath({ kind: 'field', of, field, part }), `${label}, ${spaced(part)}`),
    );
    return [path(formatPath({ kind: 'field', of, field }), `${label} (${spaced(type)})`), ...parts];
  });
}
