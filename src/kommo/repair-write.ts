import { utf8Bytes } from '../lib/bytes.ts';
import { cutCharacters } from '../lib/cut-characters.ts';
import type { FieldInput } from './field-value.ts';
import { MAX_FIELD_TEXT } from './field-value.ts';
import type { PreparedWrite } from './prepare-write.ts';
import { refusalCode } from './refusal-code.ts';

/** Below this a note or a task says nothing any more. */
const SHORTEST_TEXT = 20;

/** A write that Kommo may take, in place of one that it has refused, with a sentence for people about the difference. */
export interface RepairedWrite {
  write: PreparedWrite;
  warning: string;
}

/**
 * Changes a refused write where the reason is known and a lesser one is better than none: a text is cut, a task goes to the
 * token's user. Each repair removes something, so repeating it ends.
 * @param complaint Kommo's words about the write
 * @returns null where nothing can be changed
 */
export function repairedWrite(write: PreparedWrite, complaint: string): RepairedWrite | null {
  const code = refusalCode(complaint);
  if (code === 'assignee_unavailable') return withoutAssignee(write);
  return code === 'text_too_long' ? withShorterText(write, complaint) : null;
}

function withoutAssignee(write: PreparedWrite): RepairedWrite | null {
  if (write.call !== 'addTasks' || write.input.responsibleUserId === null) return null;
  const { responsibleUserId } = write.input;
  return {
    write: { call: 'addTasks', input: { ...write.input, responsibleUserId: null } },
    warning: `Kommo takes no task for the deal's responsible user, ID ${responsibleUserId} (deactivated, or without access to the deal): the task went to the user whose token Stagepost uses.`,
  };
}

function withShorterText(write: PreparedWrite, complaint: string): RepairedWrite | null {
  const named = Number(/(\d+) characters/.exec(complaint)?.[1] ?? Number.NaN);
  if (write.call === 'updateDeals') return withShorterFields(write, named || MAX_FIELD_TEXT);
  const { text } = write.input;
  const max = named || Math.max(SHORTEST_TEXT, Math.floor(text.length / 2));
  const cut = shorter(text, max);
  if (cut === text || max < SHORTEST_TEXT) return null;
  const what = write.call === 'addNotes' ? 'note' : 'task';
  return {
    write: { ...write, input: { ...write.input, text: cut } } as PreparedWrite,
    warning: `The text of the ${what} was cut to ${max} characters: Kommo takes no longer one.`,
  };
}

function withShorterFields(
  write: Extract<PreparedWrite, { call: 'updateDeals' }>,
  max: number,
): RepairedWrite | null {
  const fields = write.input.fields.map(({ fieldId, value }) => ({
    fieldId,
    value: withShorter(value, max),
  }));
  const isChanged = fields.some(({ value }, index) => value !== write.input.fields[index]!.value);
  if (!isChanged) return null;
  return {
    write: { call: 'updateDeals', input: { ...write.input, fields } },
    warning: `The text for the field was cut to ${max} characters: Kommo takes no longer one.`,
  };
}

function withShorter(value: FieldInput, max: number): FieldInput {
  if (!('text' in value)) return value;
  const text = shorter(value.text, max);
  return text === value.text ? value : { text };
}

/**
 * The text with at most `max` characters, or with fewer where Kommo has refused one that has no more: it may count an emoji as two
 * characters (UTF-16), or every byte (UTF-8).
 */
function shorter(text: string, max: number): string {
  const sizes = [(part: string) => [...part].length, (part: string) => part.length, utf8Bytes];
  const size = sizes.find((sizeOf) => sizeOf(text) > max);
  if (!size) return text;
  let characters = max;
  let cut = cutCharacters(text, characters);
  while (size(cut) > max && characters > 1) {
    characters -= Math.max(1, Math.floor((size(cut) - max) / 4));
    cut = cutCharacters(text, characters);
  }
  return cut;
}
