import { nearest } from '../../lib/nearest.ts';

/** A parsed value path. */
export type Path =
  | { kind: 'attribute'; of: Owner | 'responsible_user'; name: string }
  /** A custom field by name, id or code. `part`: one part of a field that has several, such as the city of an address. */
  | { kind: 'field'; of: Owner; field: string; part?: string }
  /** A value of Customer.io's report; only the texts of reactions may use one. */
  | { kind: 'report'; name: string };

export type Owner = 'deal' | 'contact' | 'company';

export interface PathProblem {
  problem: string;
  hint?: string;
  /** The text does not start like a path at all. */
  unknownRoot?: boolean;
}

/** The values that every deal, contact, company and user has. */
export const ATTRIBUTES = {
  deal: ['id', 'name', 'price', 'stage', 'pipeline', 'tags', 'created_at', 'closed_at'],
  responsible_user: ['id', 'name', 'email'],
  contact: ['id', 'name', 'first_name', 'last_name', 'email', 'phone', 'phone_e164'],
  company: ['id', 'name'],
} as const;

/** The values of a report that the texts of reactions may use. */
export const REPORT_VALUES = [
  'subject',
  'href',
  'recipient',
  'failure_message',
  'metric',
  'occurred_at',
  'delivery_id',
  'campaign_id',
  'campaign_name',
  'newsletter_name',
  'broadcast_name',
  'message_name',
  'preferences_url',
] as const;

/** The parts of an address field (`smart_address`), by Kommo's names. */
export const ADDRESS_PARTS = ['address_line_1', 'address_line_2', 'city', 'state', 'zip', 'country'] as const;

/** Types of fields with parts, each with its parts; null where Kommo documents no closed list. */
const FIELD_PARTS: Record<string, readonly string[] | null> = {
  smart_address: ADDRESS_PARTS,
  legal_entity: null,
  linked_entity: null,
  file: null,
};

/** `Address.city` as field and part; null where the text has no dot. Whether the field has such a part is another question. */
export function splitPart(text: string): { field: string; part: string } | null {
  const dot = text.lastIndexOf('.');
  return dot > 0 && dot < text.length - 1 ? { field: text.slice(0, dot), part: text.slice(dot + 1) } : null;
}

/** The parts that a field of this type has: null where any name is possible, none where it has no parts. */
export function partsOf(fieldType: string): readonly string[] | null {
  return fieldType in FIELD_PARTS ? FIELD_PARTS[fieldType]! : [];
}

const OWNERS: readonly string[] = ['deal', 'contact', 'company'];

/** Every path that names no custom field. */
export const KNOWN_PATHS: readonly string[] = [
  ...ATTRIBUTES.deal.map((name) => `deal.${name}`),
  ...ATTRIBUTES.responsible_user.map((name) => `deal.responsible_user.${name}`),
  ...ATTRIBUTES.contact.map((name) => `contact.${name}`),
  ...ATTRIBUTES.company.map((name) => `company.${name}`),
  ...REPORT_VALUES,
];

/**
 * Reads a value path: `deal.price`, `deal.responsible_user.name`, `contact.field.PHONE`, `subject`.
 * Everything after `.field.` is the field's name, which may contain spaces and dots;
 * `deal.field["Client type"]`, as Liquid writes it, means the same.
 */
export function parsePath(text: string): Path | PathProblem {
  const path = text.trim();
  const bracketed = /^(deal|contact|company)\.field\s*\[\s*(["'])(.*)\2\s*\]$/s.exec(path);
  if (bracketed) return fieldPath(bracketed[1] as Owner, bracketed[3]!.trim());
  const field = /^(deal|contact|company)\.field(?:\.(.*))?$/s.exec(path);
  if (field) return fieldPath(field[1] as Owner, (field[2] ?? '').trim());
  return parseSteps(path.split('.'), path);
}

/** The text of a path: the inverse of `parsePath`. */
export function formatPath(path: Path): string {
  if (path.kind === 'report') return path.name;
  if (path.kind === 'field')
    return `${path.of}.field.${path.field}${path.part === undefined ? '' : `.${path.part}`}`;
  return path.of === 'responsible_user' ? `deal.responsible_user.${path.name}` : `${path.of}.${path.name}`;
}

/**
 * The path that a Liquid variable starts with, such as `deal.tags` of `deal.tags.size`. Null where the variable is a
 * whole object (`deal`, `deal.responsible_user`): a condition may test whether it exists.
 */
export function pathOfVariable(steps: readonly string[]): Path | PathProblem | null {
  const [root, second, third] = steps;
  if (second === 'field' && OWNERS.includes(root!)) return fieldPath(root as Owner, third ?? '');
  const isUser = root === 'deal' && second === 'responsible_user';
  if (steps.length === 1 ? OWNERS.includes(root!) : isUser && steps.length === 2) return null;
  const depth = OWNERS.includes(root!) ? (isUser ? 3 : 2) : 1;
  return parseSteps(steps.slice(0, depth), steps.join('.'));
}

function fieldPath(of: Owner, field: string): Path | PathProblem {
  if (field !== '') return { kind: 'field', of, field };
  return { problem: `${of}.field names no field`, hint: `Write ${of}.field.<name or id of the field>.` };
}

function parseSteps(steps: string[], whole: string): Path | PathProblem {
  const [root, second, third] = steps;
  if (steps.length === 1 && (REPORT_VALUES as readonly string[]).includes(root!)) {
    return { kind: 'report', name: root! };
  }
  if (!OWNERS.includes(root!)) {
    return { problem: `"${whole}" is not a value path`, unknownRoot: true, ...didYouMean(whole) };
  }
  if (root === 'deal' && second === 'responsible_user') {
    return attribute('responsible_user', third, steps.length === 3, whole);
  }
  return attribute(root as Owner, second, steps.length === 2, whole);
}

function attribute(
  of: Owner | 'responsible_user',
  name: string | undefined,
  complete: boolean,
  whole: string,
): Path | PathProblem {
  const names: readonly string[] = ATTRIBUTES[of];
  if (complete && name && names.includes(name)) return { kind: 'attribute', of, name };
  const prefix = of === 'responsible_user' ? 'deal.responsible_user' : of;
  if (!name) return { problem: `"${whole}" is not a single value`, hint: `It has ${names.join(', ')}.` };
  const near = nearest(whole, KNOWN_PATHS);
  const field = of === 'responsible_user' ? '' : ` For a custom field write ${of}.field.${name}.`;
  const hint = near
    ? `Did you mean "${near}"?`
    : `There are ${names.map((known) => `${prefix}.${known}`).join(', ')}.`;
  return { problem: `"${whole}" does not exist`, hint: `${hint}${field}` };
}

function didYouMean(text: string): { hint?: string } {
  if (/^responsible_user\b/.test(text)) return { hint: `Did you mean "deal.${text}"?` };
  const near = nearest(text, KNOWN_PATHS);
  return near ? { hint: `Did you mean "${near}"?` } : {};
}
