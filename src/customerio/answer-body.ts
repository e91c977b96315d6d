import { oneLine } from '../lib/one-line.ts';
import { ownProperty } from '../lib/unknown-json.ts';

/** Characters of an error text, which is stored with every attempt and shown in a table. */
const MAX_MESSAGE = 300;

/** The Google front end before Customer.io answers with HTML where Customer.io would answer with JSON. */
type BodyKind = 'empty' | 'json' | 'html' | 'text';

export interface AnswerBody {
  kind: BodyKind;
  /** The parsed JSON, else null. */
  json: unknown;
  text: string;
}

/** One error of a body, and the item of the batch it names. */
export interface NamedError {
  index: number | null;
  message: string;
}

/** Masks secrets in a text. `isCut`: also masks the beginning of a secret at the end of the text. */
type Mask = (text: string, isCut?: boolean) => string;

/**
 * Parses a body. Secrets are masked in the text and in the parsed strings too, since JSON can write a secret in more
 * than one way (`\/` for `/`).
 */
export function parseBody(text: string, mask: Mask = (same) => same): AnswerBody {
  const trimmed = mask(text).trim();
  if (trimmed === '') return { kind: 'empty', json: null, text: '' };
  try {
    const json: unknown = JSON.parse(trimmed, (_key, part) => (typeof part === 'string' ? mask(part) : part));
    return { kind: 'json', json, text: trimmed };
  } catch {
    const isHtml = /^<|<html/i.test(trimmed.slice(0, 500));
    return { kind: isHtml ? 'html' : 'text', json: null, text: mask(trimmed, true) };
  }
}

/**
 * The errors of a JSON body, in any of the four shapes that Customer.io uses:
 * `{meta:{errors:["..."]}}` (Track v1), `{meta:{error:"..."}}` (401, merge, transactional),
 * `{errors:[{reason,field,message,batch_index}]}` (Track v2), `{errors:[{detail,status,source}]}` (App).
 * The official SDK reads only the first two and calls the others "Unknown error".
 */
export function errorsIn(json: unknown): NamedError[] {
  const meta = ownProperty(json, 'meta');
  const lists = [ownProperty(meta, 'errors'), ownProperty(json, 'errors')].flatMap((list) =>
    Array.isArray(list) ? list : list === undefined || list === null ? [] : [list],
  );
  const single = [ownProperty(meta, 'error'), ownProperty(json, 'error')].filter(
    (error) => typeof error === 'string',
  );
  return [...lists, ...single].map((error) => ({ index: indexOf(error), message: errorText(error) }));
}

/**
 * Whether Customer.io itself refuses something, in one of its shapes. A gateway's JSON (`{"message":"..."}`,
 * `{"error":"..."}`) says nothing about the item.
 */
export function isOwnRefusal(json: unknown): boolean {
  const meta = ownProperty(json, 'meta');
  const errors = [ownProperty(meta, 'errors'), ownProperty(json, 'errors')].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return typeof ownProperty(meta, 'error') === 'string' || errors.some(isOwnError);
}

function isOwnError(error: unknown): boolean {
  if (typeof error === 'string') return true;
  return ['reason', 'message', 'detail'].some((name) => typeof ownProperty(error, name) === 'string');
}

/** An answer's error text, on one line and at most 300 characters. */
export function errorMessage(body: AnswerBody): string {
  if (body.kind === 'empty') return 'no text';
  if (body.kind === 'html') {
    const title = titleOf(body.text);
    return shortMessage(title === null ? 'an HTML page without a title' : `an HTML page titled "${title}"`);
  }
  if (body.kind === 'text') return shortMessage(body.text);
  const errors = errorsIn(body.json);
  // Serialised again: the raw text may contain an escaped secret, the parsed values have it masked.
  const message =
    errors.length > 0 ? errors.map((error) => error.message).join('; ') : JSON.stringify(body.json);
  return shortMessage(message);
}

/** As much of a page is searched for its title, which is near its beginning, in characters. */
const MAX_HEAD = 10_000;

/** An expression would look for the end of the tag again from each of many unclosed ones. */
function titleOf(html: string): string | null {
  const head = html.slice(0, MAX_HEAD);
  const tag = head.toLowerCase().indexOf('<title');
  const start = tag < 0 ? -1 : head.indexOf('>', tag);
  if (start < 0) return null;
  const end = head.indexOf('<', start);
  return head.slice(start + 1, end < 0 ? undefined : end).trim() || null;
}

/** An error text of Customer.io on one line, at most 300 characters. */
export function shortMessage(text: string): string {
  return oneLine(text, MAX_MESSAGE);
}

function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  const text = [
    ownProperty(error, 'message'),
    ownProperty(error, 'detail'),
    ownProperty(error, 'reason'),
  ].find((part) => typeof part === 'string' && part !== '');
  const where = ownProperty(error, 'field') ?? ownProperty(ownProperty(error, 'source'), 'pointer');
  if (text === undefined) return 'an error without a text';
  return typeof where === 'string' && where !== '' ? `${where}: ${text}` : String(text);
}

function indexOf(error: unknown): number | null {
  const index = ownProperty(error, 'batch_index');
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : null;
}
