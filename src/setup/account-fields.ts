import type {
  Catalog,
  Company,
  Contact,
  Deal,
  Field,
  FieldDefinition,
  Json,
  User,
} from '../domain/entities.ts';
import { findByName } from '../domain/find-by-name.ts';
import { formatPath, type Owner } from '../domain/rules/paths.ts';
import { dealScope } from '../domain/rules/values.ts';
import { oneLine } from '../lib/one-line.ts';
import type { AccountField } from './account-schemas.ts';

/** A deal with what belongs to it, whose values are shown next to the fields. */
export interface SampleDeal {
  deal: Deal;
  contact: Contact | null;
  company: Company | null;
  responsibleUser: User | null;
}

/** How long a shown value may be: it is there to recognise the field. */
const MAX_VALUE = 80;
const MAX_OPTIONS = 100;
/** Kommo's limit on fields is not published; public client code has met some hundreds. */
const MAX_FIELDS = 1_000;

/** The values of every account that may become attributes, by their paths. */
const BUILT_IN: [source: string, name: string, of: Owner][] = [
  ['contact.first_name', 'First name', 'contact'],
  ['contact.last_name', 'Last name', 'contact'],
  ['contact.name', 'Name', 'contact'],
  ['contact.email', 'Email', 'contact'],
  ['contact.phone', 'Phone', 'contact'],
  ['company.name', 'Company', 'company'],
  ['deal.name', 'Deal name', 'deal'],
  ['deal.price', 'Amount', 'deal'],
  ['deal.pipeline', 'Pipeline', 'deal'],
  ['deal.stage', 'Stage', 'deal'],
  ['deal.responsible_user.name', 'Responsible user', 'deal'],
  ['deal.responsible_user.email', 'Email of the responsible user', 'deal'],
  ['deal.id', 'Deal ID', 'deal'],
];

/** All values that may become attributes, with what the sample deal has there. */
export function accountFields(catalog: Catalog, sample: SampleDeal | null): AccountField[] {
  const { pipelines, account } = catalog;
  const scope = sample && dealScope({ ...sample, account: { ...account, pipelines } });
  const builtIn = BUILT_IN.map(([source, name, of]) => ({
    ...{ source, name, of, code: null, type: 'builtin', options: null },
    value: scope === null ? null : shownValue(lookUp(scope, source.split('.'))),
  }));
  return [
    ...builtIn,
    ...customFields('deal', catalog.dealFields, sample?.deal.fields),
    ...customFields('contact', catalog.contactFields, sample?.contact?.fields),
    ...customFields('company', catalog.companyFields, sample?.company?.fields),
  ].slice(0, MAX_FIELDS);
}

function customFields(of: Owner, definitions: FieldDefinition[], fields: Field[] = []): AccountField[] {
  return definitions.map((definition) => {
    const { id, name, code, type, options } = definition;
    const values = fields.find((field) => field.id === id)?.values ?? [];
    return {
      source: formatPath({ kind: 'field', of, field: ruleName(definition, definitions) }),
      ...{ name, of, code, type },
      options: options?.slice(0, MAX_OPTIONS).map(({ value }) => value) ?? null,
      value: shownValue(
        type === 'date' || type === 'date_time' || type === 'birthday' ? values.map(dayOf) : values,
      ),
    };
  });
}

/**
 * How rules name a field, pipeline or stage: by its name, or by its id where the name would mean something else in a rule or
 * several have it.
 */
export function ruleName<T extends { id: number; name: string; code?: string | null }>(
  one: T,
  all: readonly T[],
): string {
  const { id, name } = one;
  const isPlain =
    name !== '' &&
    name.trim() === name &&
    !/[\p{Cc}]|\$\{|\{\{|\{%|["[\]]/u.test(name) &&
    !/^\d+$/.test(name);
  const found = isPlain ? findByName(name, all) : [];
  return found.length === 1 && found[0] === one ? name : String(id);
}

function lookUp(scope: unknown, steps: string[]): unknown {
  let value = scope;
  for (const step of steps)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : null;
  return value ?? null;
}

function dayOf(value: Json): Json {
  return typeof value === 'number' ? new Date(value * 1000).toISOString().slice(0, 10) : value;
}

/** Null where there is nothing to see. */
function shownValue(value: unknown): string | null {
  const all = Array.isArray(value) ? value : [value];
  const texts = all.filter((one) => one !== null && one !== undefined && one !== '').map(textOf);
  return texts.length === 0 ? null : oneLine(texts.join(', '), MAX_VALUE) || null;
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value)
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(', ');
}
