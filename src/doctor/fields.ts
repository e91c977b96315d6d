import type { ConnectionConfig } from '../config/index.ts';
import { findNamed } from '../config/names.ts';
import type { FieldDefinition } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import { isTemplate } from '../domain/rules/values.ts';
import { fieldValue, type KommoClient, type NewDealField } from '../kommo/index.ts';
import { fromError, ok, type Verdict, warning } from './finding.ts';

/** A deal field that reactions set, with all they write into it. */
export interface WrittenField {
  /** As the configuration names it. */
  name: string;
  /** The texts that are the same every time, each once. */
  values: string[];
  /** Whether a Liquid text writes into it: then any text can come. */
  hasTemplates: boolean;
}

export function fieldsToSet(connection: Pick<ConnectionConfig, 'reactions'>): WrittenField[] {
  const fields = new Map<string, WrittenField>();
  for (const [name, value] of connection.reactions.flatMap((reaction) => Object.entries(reaction.fields))) {
    const key = name.trim().toLowerCase();
    const field = fields.get(key) ?? { name, values: [], hasTemplates: false };
    fields.set(key, field);
    if (isTemplate(value)) field.hasTemplates = true;
    else if (value.trim() !== '' && !field.values.includes(value)) field.values.push(value);
  }
  return [...fields.values()];
}

/** What an email address can come to. A field for some of these is made with all of them, so that a later reaction finds its option. */
const MAIL_STATES = ['subscribed', 'unsubscribed', 'bounced', 'spam'];

/**
 * The field to create: a list, since people filter deals by it, and Kommo then shows a typing mistake as an error.
 * A text field where a Liquid text writes into it, since nobody knows the options then.
 */
export function newFieldFor({ name, values, hasTemplates }: WrittenField): NewDealField {
  if (hasTemplates || values.length === 0) return { name, type: 'text' };
  const isAboutMail = values.some((value) => MAIL_STATES.includes(value));
  const options = isAboutMail ? [...new Set([...values, ...MAIL_STATES])] : values;
  return { name, type: 'select', options };
}

export interface FieldCheck {
  kommo: Pick<KommoClient, 'createDealField' | 'catalog'>;
  connection: Pick<ConnectionConfig, 'reactions'>;
  dealFields: FieldDefinition[];
  fix: boolean;
  signal?: AbortSignal;
}

/** Whether every field that a reaction sets exists and holds what is written into it. With `fix`, creates missing ones. */
export async function checkFields(check: FieldCheck): Promise<Verdict[]> {
  const fields = fieldsToSet(check.connection);
  if (fields.length === 0) return [ok('No reaction sets a field')];
  const verdicts: Verdict[] = [];
  for (const field of fields) verdicts.push(await checkField(field, check));
  return verdicts;
}

async function checkField(field: WrittenField, check: FieldCheck): Promise<Verdict> {
  const found = findNamed(field.name, check.dealFields, 'deal field');
  if ('found' in found) return holds(field, found.found);
  if (found.exists) return warning(`The name "${field.name}" is not clear: ${found.message}`, found.hint);
  if (/^\d+$/.test(field.name.trim())) {
    return warning(
      `Kommo has no deal field with the id ${field.name}: it is not set until it exists`,
      'Write the name of the field in the configuration. A field with a given id cannot be created.',
    );
  }
  if (check.fix) return create(field, check);
  return warning(
    `Kommo has no deal field "${field.name}": it is not set until it exists`,
    `Create it in Kommo as ${describe(newFieldFor(field))}, or write the name of one that exists. ${found.hint}`,
    { does: `creates ${describe(newFieldFor(field))}`, needsPublicUrl: false },
  );
}

function holds({ name, values }: WrittenField, definition: FieldDefinition): Verdict {
  const refused = values.flatMap((value) => {
    const result = fieldValue(definition, value);
    return result.ok ? [] : [{ value, error: result.error }];
  });
  if (refused.length === 0) return ok(`The deal field "${name}" (${definition.type}) holds every value`);
  if (definition.options === null) {
    return warning(refused[0]!.error, `Change the value in the configuration, or use a text field.`);
  }
  const texts = refused.map(({ value }) => `"${value}"`).join(', ');
  const has = definition.options.map((option) => `"${option.value}"`).join(', ') || 'none yet';
  return warning(
    `The list field "${name}" has no option ${texts}: Kommo refuses these values`,
    `Add ${refused.length === 1 ? 'the option' : 'these options'} to the field in Kommo. Its options are: ${has}.`,
  );
}

/** A lost answer is looked up, never repeated: Kommo would create the field twice. */
async function create(field: WrittenField, { kommo, signal }: FieldCheck): Promise<Verdict> {
  const wanted = newFieldFor(field);
  try {
    const created = await kommo.createDealField(wanted, { signal });
    return ok(`Created ${describe(wanted)}, id ${created.id}`);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.failure !== 'unknown') return refusedCreation(error);
    const { dealFields } = await kommo.catalog({ signal });
    const found = findNamed(field.name, dealFields, 'deal field');
    if ('found' in found) {
      return ok(
        `Created ${describe(wanted)}, id ${found.found.id}. Kommo's answer was lost; the field is there`,
      );
    }
    return {
      ...fromError(error),
      todo: 'The field is not there. Wait a minute and try it again: it looks first.',
    };
  }
}

function refusedCreation(error: unknown): Verdict {
  const verdict = fromError(error);
  const isRight = error instanceof DeliveryError && error.status === 403;
  if (!isRight) return verdict;
  return { ...verdict, todo: 'Create the field by hand in Kommo, or use the token of an administrator.' };
}

function describe({ name, type, options }: NewDealField): string {
  if (type !== 'select') return `the ${type} field "${name}"`;
  return `the list field "${name}" with the options ${(options ?? []).join(', ')}`;
}
