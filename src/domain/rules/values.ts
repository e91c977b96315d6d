import { addressesOf } from '../address.ts';
import { calendarDayOf } from '../calendar-day.ts';
import type { Company, Contact, Deal, Field, Json, Pipeline, User } from '../entities.ts';
import { phoneOf } from '../phone.ts';
import { ACCOUNT, type AccountSettings } from './account-settings.ts';
import { splitPart } from './paths.ts';
import type { Scope, TextRenderer } from './render-text.ts';
import type { ValueSource } from './rules.ts';

/**
 * A deal with its related entities, as texts and paths use it. An entity is null where it does not exist or was not read
 * because no rule uses it.
 */
export interface DealView {
  deal: Deal;
  contact: Contact | null;
  company: Company | null;
  responsibleUser: User | null;
  account: AccountView;
}

/** The account's own settings, as far as values depend on them. A plan's context is one. */
export interface AccountView extends AccountSettings {
  pipelines: Pipeline[];
}

/** The account's settings alone, for texts that use no deal. */
export function accountScope({ timezone, country }: AccountSettings): Scope {
  return { [ACCOUNT]: { timezone, country } satisfies AccountSettings };
}

/** The variables of one deal for texts and paths: `deal.stage`, `contact.field.EMAIL`, `company.name`. */
export function dealScope({ deal, contact, company, responsibleUser, account }: DealView): Scope {
  const { pipelines, timezone, country } = account;
  const pipeline = pipelines.find((candidate) => candidate.id === deal.stage.pipelineId);
  const stage = pipeline?.stages.find((candidate) => candidate.id === deal.stage.stageId);
  return {
    ...accountScope(account),
    deal: {
      id: deal.id,
      name: deal.name,
      price: deal.price,
      stage: stage?.name ?? String(deal.stage.stageId),
      pipeline: pipeline?.name ?? String(deal.stage.pipelineId),
      tags: deal.tags,
      created_at: deal.createdAt,
      closed_at: deal.closedAt,
      field: fieldScope(deal.fields, timezone),
      responsible_user: responsibleUser && userScope(responsibleUser),
    },
    contact: contact && {
      id: contact.id,
      name: contact.name,
      first_name: contact.firstName,
      last_name: contact.lastName,
      email: contact.emails.flatMap(addressesOf)[0] ?? contact.emails[0] ?? null,
      phone: contact.phones[0] ?? null,
      // Worked out where a text or a path uses it.
      get phone_e164() {
        return phoneOf(contact, country).phone;
      },
      field: fieldScope(contact.fields, timezone),
    },
    company: company && { id: company.id, name: company.name, field: fieldScope(company.fields, timezone) },
  };
}

function userScope({ id, name, email }: User): Scope {
  return { id, name, email };
}

/** Custom fields by name, id and code. The first of two fields with one name wins. */
function fieldScope(fields: Field[], timezone: string): Record<string, Json> {
  const scope: Record<string, Json> = Object.create(null);
  for (const field of fields) {
    const values = field.isCalendarDay
      ? field.values.map((value) => calendarDayOf(value, timezone))
      : field.values;
    const value: Json = field.multiple ? values : (values[0] ?? null);
    for (const name of [field.name, String(field.id), field.code]) {
      if (name !== null && !(name in scope)) scope[name] = value;
    }
  }
  return scope;
}

/**
 * Evaluates a source: a Liquid template gives a text; a path gives its value with its type, or null where there is none.
 * @param place names the source at the beginning of a sentence, for errors.
 * @throws TemplateError for a template that cannot be rendered; the configuration's check refuses most of them. Or
 *   TextTooExpensive where the plan's values become too large together.
 */
export function evaluate(source: ValueSource | Json, scope: Scope, texts: TextRenderer, place: string): Json {
  if (typeof source !== 'string') return source;
  if (isTemplate(source)) return texts.render(source, scope, place);
  const { value, searched } = lookUp(source, scope);
  texts.takeValue(value, searched, place);
  return value;
}

export function isTemplate(source: string): boolean {
  return source.includes('{{') || source.includes('{%');
}

/** @returns the value, and how many names were compared to find it */
function lookUp(path: string, scope: Scope): { value: Json; searched: number } {
  // A field's name may contain dots, so everything after `.field.` is the name, or the name and a part: `Address.city`.
  const field = /^(deal|contact|company)\.field\.(.+)$/s.exec(path);
  if (!field) return walk(path.split('.'), scope);
  const [, owner, name] = field;
  const whole = walk([owner!, 'field', name!], scope);
  const split = splitPart(name!);
  if (whole.value !== null || split === null) return whole;
  const part = walk([owner!, 'field', split.field, split.part], scope);
  return { value: part.value, searched: whole.searched + part.searched };
}

function walk(steps: string[], scope: Scope): { value: Json; searched: number } {
  let value: unknown = scope;
  let searched = 0;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return { value: null, searched };
    const names = Object.hasOwn(value, step) ? [step] : Object.keys(value);
    searched += names.length;
    const name = names.find((key) => key === step || key.toLowerCase() === step.toLowerCase());
    value = name === undefined ? null : (value as Scope)[name];
  }
  return { value: (value ?? null) as Json, searched };
}

/** The related entities of a deal that each take a call of their own to read. */
export interface RequiredParts {
  contact: boolean;
  company: boolean;
  user: boolean;
}

/** The related entities that these sources mention, so that no others are read. */
export function requiredParts(sources: (ValueSource | Json)[]): RequiredParts {
  const text = sources.filter((source) => typeof source === 'string').join('\n');
  return {
    contact: /\bcontact\b/.test(text),
    company: /\bcompany\b/.test(text),
    user: /\bresponsible_user\b/.test(text),
  };
}

/** Whether a text mentions the deal, or an entity that is found through it. */
export function usesDeal(text: string): boolean {
  return /\b(deal|contact|company)\b/.test(text);
}

/** Whether a text uses the link to the client's own preference page, which takes a call of its own. */
export function usesPreferencesUrl(text: string | null | undefined): boolean {
  return typeof text === 'string' && /\bpreferences_url\b/.test(text);
}
