/** Longer words are cut: an error text is shown in a table and stored with every attempt. */
const MAX_WORDS = 300;

/** What kind of body an answer has; Google's front end answers HTML where Customer.io would answer JSON. */
export type BodyKind = 'empty' | 'json' | 'html' | 'text';

export interface ReadBody {
  kind: BodyKind;
  /** The parsed JSON, else null. */
  json: unknown;
  text: string;
}

/** One error of a body, and the item of the batch it names. */
export interface NamedError {
  index: number | null;
  words: string;
}

/** Takes secrets out of a text; of one that was cut, also the part of a secret at its end. */
export type Clean = (text: string, isCut?: boolean) => string;

/**
 * Reads a body. `clean` takes secrets out: of the text, and of the parsed texts too, since JSON can write a secret in
 * more than one way (`\/` for `/`).
 */
export function readBody(text: string, clean: Clean = (same) => same): ReadBody {
  const trimmed = clean(text).trim();
  if (trimmed === '') return { kind: 'empty', json: null, text: '' };
  try {
    const json: unknown = JSON.parse(trimmed, (_key, part) =>
      typeof part === 'string' ? clean(part) : part,
    );
    return { kind: 'json', json, text: trimmed };
  } catch {
    const isHtml = /^<|<html/i.test(trimmed.slice(0, 500));
    return { kind: isHtml ? 'html' : 'text', json: null, text: clean(trimmed, true) };
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
  return [...lists, ...single].map((error) => ({ index: indexOf(error), words: errorWords(error) }));
}

/**
 * Whether Customer.io itself refuses something: a body in one of its shapes. A gateway's JSON (`{"message":"..."}`,
 * `{"error":"..."}`) is none, and says nothing about the item.
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

/** What an answer says, on one line and never longer than 300 characters. */
export function errorMessage(body: ReadBody): string {
  if (body.kind === 'empty') return 'no text';
  if (body.kind === 'html') {
    const title = /<title[^>]*>([^<]{1,500})/i.exec(body.text)?.[1];
    return oneLine(
      title === undefined ? 'an HTML page without a title' : `an HTML page titled "${title.trim()}"`,
    );
  }
  if (body.kind === 'text') return oneLine(body.text);
  const errors = errorsIn(body.json);
  // Written anew, not as it came: the parsed texts hold no secret.
  const said = errors.length > 0 ? errors.map((error) => error.words).join('; ') : JSON.stringify(body.json);
  return oneLine(said);
}

/** Control characters and line ends become spaces; what is too long is cut at a whole character. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, 20_000)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toWellFormed();
  return line.length <= MAX_WORDS ? line : `${line.slice(0, MAX_WORDS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function errorWords(error: unknown): string {
  if (typeof error === 'string') return error;
  const text = [
    ownProperty(error, 'message'),
    ownProperty(error, 'detail'),
    ownProperty(error, 'reason'),
  ].find((part) => typeof part === 'string' && part !== '');
  const where = ownProperty(error, 'field') ?? ownProperty(ownProperty(error, 'source'), 'pointer');
  if (text === undefined) return 'an error without words';
  return typeof where === 'string' && where !== '' ? `${where}: ${text}` : String(text);
}

function indexOf(error: unknown): number | null {
  const index = ownProperty(error, 'batch_index');
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : null;
}

/** An own property of an object, else undefined. */
export function ownProperty(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
