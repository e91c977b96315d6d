import type { ConnectionConfig } from '../config/index.ts';
import { findNamed } from '../config/names.ts';
import { textOfHint } from '../config/problems.ts';
import type { FieldDefinition } from '../domain/entities.ts';
import { DeliveryError } from '../domain/errors.ts';
import { isTemplate } from '../domain/rules/values.ts';
import { fieldValue, type KommoClient, type NewDealField } from '../kommo/index.ts';
import { fromError, ok, type Verdict, warning } from './finding.ts';

/** A deal field that reactions set, with everything they write into it. */
export interface WrittenField {
  /** As the configuration names it. */
  name: string;
  /** The fixed texts, each once. */
  values: string[];
  /** Whether a Liquid text writes into it, so that any text can result. */
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

/** The states of an email address. A field for some of them gets an option for each, so that a later reaction finds its own. */
const MAIL_STATES = ['subscribed', 'unsubscribed', 'bounced', 'spam'];

/**
 * The field to create: a list, because people filter deals by it and Kommo then refuses a mistyped value. A text field
 * where a Liquid text writes into it, because its options cannot be known.
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

/** Whether every field that a reaction sets exists and accepts its values. With `fix`, creates missing fields. */
export async function checkFields(check: FieldCheck): Promise<Verdict[]> {
  const fields = fieldsToSet(check.connection);
  if (fields.length === 0) return [ok('No reaction sets a field')];
  const verdicts: Verdict[] = [];
  for (const field of fields) verdicts.push(await checkField(field, check));
  return verdicts;
}

async function checkField(field: WrittenField, check: FieldCheck): Promise<Verdict> {
  const found = findNamed(field.name, check.dealFields, 'deal field');
  if ('found' in found) return checkValues(field, found.found);
  if (found.exists)
    return warning(`The name "${field.name}" is ambiguous: ${found.message}`, textOfHint(found.hint) ?? '');
  if (/^\d+$/.test(field.name.trim())) {
    return warning(
      `Kommo has no deal field with the id ${field.name}, so nothing is written into it`,
      'Write the name of the field in the configuration. A field with a given id cannot be created.',
    );
  }
  if (check.fix) return create(field, check);
  return warning(
    `Kommo has no deal field "${field.name}", so nothing is written into it`,
    `Create it in Kommo as ${describe(newFieldFor(field))}, or write the name of one that exists. ${textOfHint(found.hint) ?? ''}`,
    { does: `creates ${describe(newFieldFor(field))}`, needsPublicUrl: false },
  );
}

function checkValues({ name, values }: WrittenField, definition: FieldDefinition): Verdict {
  const refused = values.flatMap((value) => {
    const result = fieldValue(definition, value, 'UTC');
    return result.ok ? [] : [{ value, error: result.error }];
  });
  if (refused.length === 0) return ok(`The deal field "${name}" (${definition.type}) accepts every value`);
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

/** After a lost answer the catalog is read instead of creating the field again: Kommo would create it twice. */
async function create(field: WrittenField, { kommo, signal }: FieldCheck): Promise<Verdict> {
  const wanted = newFieldFor(field);
  try {
    const created = await kommo.createDealField(wanted, { signal });
    return ok(`Created ${describe(wanted)}, id ${created.id}`);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.failure !== 'unknown') return creationRefused(error);
    const { dealFields } = await kommo.catalog({ signal });
    const found = findNamed(field.name, dealFields, 'deal field');
    if ('found' in found) {
      return ok(
        `Created ${describe(wanted)}, id ${found.found.id}. Kommo's answer was lost, but the field exists`,
      );
    }
    return {
      ...fromError(error),
      todo: 'The field does not exist. Wait a minute and try again: an existing field is not created twice.',
    };
  }
}

function creationRefused(error: unknown): Verdict {
  const verdict = fromError(error);
  const isMissingRight = error instanceof DeliveryError && error.status === 403;
  if (!isMissingRight) return verdict;
  return { ...verdict, todo: 'Create the field by hand in Kommo, or use the token of an administrator.' };
}

function describe({ name, type, options }: NewDealField): string {
  if (type !== 'select') return `the ${type} field "${name}"`;
  return `the list field "${name}" with the options ${(options ?? []).join(', ')}`;
}
