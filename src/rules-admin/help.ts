import { REPORT_NAMES } from '../config/index.ts';
import type { Catalog, FieldDefinition } from '../domain/entities.ts';
import { ATTRIBUTES, formatPath, type Owner, REPORT_VALUES } from '../domain/rules/paths.ts';
import type { RuleHelp } from '../http/api/contract.ts';

/** What can be written where. @param catalog null before Kommo was read: then it names no custom fields */
export function ruleHelp(catalog: Catalog | null): RuleHelp {
  const attributes = (Object.keys(ATTRIBUTES) as (keyof typeof ATTRIBUTES)[]).flatMap((of) =>
    ATTRIBUTES[of].map((name) =>
      path(formatPath({ kind: 'attribute', of, name }), `${OWNERS[of]}: ${words(name)}`),
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
    label: `Report: ${words(name)}`,
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

const words = (name: string) => name.replaceAll('_', ' ');

const path = (text: string, label: string) => ({ path: text, label, scope: 'everywhere' as const });

/** By name where only one field has it, else by id. */
function fieldPaths(of: Owner, fields: FieldDefinition[]) {
  const count = (name: string) => fields.filter((field) => field.name === name).length;
  return fields.map(({ id, name, type }) => {
    const field = count(name) === 1 && name.trim() === name ? name : String(id);
    return path(formatPath({ kind: 'field', of, field }), `${OWNERS[of]}: ${name} (${words(type)})`);
  });
}
