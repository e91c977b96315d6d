import { CAMPAIGN_SETTINGS } from '../../domain/campaign-settings.ts';
import type { Json } from '../../domain/entities.ts';
import { cutText, jsonBytes, utf8Bytes } from '../../lib/bytes.ts';

/** Customer.io docs, Track API. The sizes count UTF-8 bytes, not characters. */
export const LIMITS = {
  identifierBytes: 150,
  attributeNameBytes: 150,
  attributeValueBytes: 1000,
  attributesPerPerson: 300,
  eventNameBytes: 100,
  eventDataBytes: 100_000,
} as const;

/** Attributes that are left out where others are cut: a cut identifier would name another person. */
const IDENTIFIERS = new Set(['id', 'email', 'anonymous_id']);
/** Objects that are not attributes for Customer.io, so the limit of 1000 bytes does not apply to them. */
const GROUPS = new Set(['cio_relationships', 'cio_subscription_preferences']);
/** The shortest size of a cut text, in bytes. Texts are shortened to it before any value is left out. */
const MIN_CUT_TEXT_BYTES = 1000;

/**
 * Makes the attributes fit the Track API: one that does not fit would fail the whole call. Texts are cut with an
 * ellipsis; identifiers, values other than texts and attributes with a name that is too long are left out, since cutting
 * them would change their meaning. Every change has a warning, a sentence for people.
 */
export function fitAttributes(attributes: Record<string, Json>): {
  attributes: Record<string, Json>;
  warnings: string[];
} {
  const warnings: string[] = [];
  const fitting: [string, Json][] = [];
  for (const [name, value] of Object.entries(attributes)) {
    const problem = nameProblem(name);
    if (problem !== null) {
      warnings.push(problem);
      continue;
    }
    const fitted = fitValue(name, value);
    if (fitted.warning !== null) warnings.push(fitted.warning);
    if (fitted.value !== undefined) fitting.push([name, fitted.value]);
  }
  return { attributes: Object.fromEntries(fitCount(fitting, warnings)), warnings };
}

/**
 * Makes an event fit the Track API, and never drops it: the name is trimmed and cut; texts in the data are cut and, where
 * that is not enough, values are left out, the largest first. `recipient`, `from_address` and `reply_to` get the prefix
 * `_`, so that a deal's field cannot change where a campaign's email goes.
 */
export function fitEvent(
  name: string,
  data: Record<string, Json>,
): { name: string; data: Record<string, Json>; warnings: string[] } {
  const warnings: string[] = [];
  const trimmed = name.toWellFormed().trim();
  const fittingName = cutText(trimmed, LIMITS.eventNameBytes, '');
  if (fittingName !== trimmed) {
    warnings.push(
      `The event name "${short(trimmed)}" has more than ${LIMITS.eventNameBytes} bytes and was cut. ` +
        'A campaign must use the cut name.',
    );
  }
  return {
    name: fittingName,
    data: Object.fromEntries(fitData(renamed(data, warnings), warnings)),
    warnings,
  };
}

/**
 * Whether a text can be a person's identifier in the path of a call. `reason` is a sentence for people. `.` and `..`
 * cannot: URL parsers resolve them even when encoded, so that the call would reach another path.
 */
export function checkIdentifier(text: string): { ok: true } | { ok: false; reason: string } {
  const refuse = (reason: string) => ({ ok: false as const, reason });
  if (text.trim() === '') return refuse('The identifier is empty.');
  if (text !== text.trim()) return refuse(`The identifier "${short(text)}" has spaces around it.`);
  if (text === '.' || text === '..') return refuse(`"${text}" cannot be an identifier.`);
  if (/\p{Cc}/u.test(text)) return refuse(`The identifier "${short(text)}" has control characters.`);
  if (!text.isWellFormed()) return refuse(`The identifier "${short(text)}" is not valid Unicode.`);
  const bytes = utf8Bytes(text);
  if (bytes <= LIMITS.identifierBytes) return { ok: true };
  return refuse(
    `The identifier "${short(text)}" has ${bytes} bytes; Customer.io takes ${LIMITS.identifierBytes} at most.`,
  );
}

function nameProblem(name: string): string | null {
  if (name.trim() === '') return 'An attribute without a name was left out.';
  if (name === '_timestamp') return 'The attribute "_timestamp" was left out: Stagepost sets it itself.';
  if (utf8Bytes(name) <= LIMITS.attributeNameBytes) return null;
  return `The attribute "${short(name)}" was left out: its name has more than ${LIMITS.attributeNameBytes} bytes.`;
}

function fitValue(name: string, value: Json): { value: Json | undefined; warning: string | null } {
  const limit = LIMITS.attributeValueBytes;
  if (IDENTIFIERS.has(name) && value !== null && value !== '') {
    const check = checkIdentifier(String(value));
    return check.ok
      ? { value, warning: null }
      : { value: undefined, warning: `The attribute "${name}" was left out. ${check.reason}` };
  }
  if (typeof value === 'string') {
    const fitting = cutText(value.toWellFormed(), limit, '…');
    const isCut = utf8Bytes(value) > limit;
    return {
      value: fitting,
      warning: isCut ? `The attribute "${short(name)}" was cut to ${limit} bytes.` : null,
    };
  }
  const bytes = jsonBytes(value);
  if (bytes === null)
    return {
      value: undefined,
      warning: `The attribute "${short(name)}" was left out: it is not a JSON value.`,
    };
  const maxBytes = GROUPS.has(name) ? LIMITS.eventDataBytes : limit;
  if (bytes <= maxBytes) return { value, warning: null };
  const warning = `The attribute "${short(name)}" was left out: it has ${bytes} bytes of at most ${maxBytes}, and only texts can be cut.`;
  return { value: undefined, warning };
}

/** Identifiers are kept first, then attributes in the order of the configuration. */
function fitCount(entries: [string, Json][], warnings: string[]): [string, Json][] {
  const limit = LIMITS.attributesPerPerson;
  if (entries.length <= limit) return entries;
  const first = entries.filter(([name]) => IDENTIFIERS.has(name));
  const kept = new Set([...first, ...entries.filter(([name]) => !IDENTIFIERS.has(name))].slice(0, limit));
  const left = entries.filter((entry) => !kept.has(entry)).map(([name]) => short(name));
  warnings.push(`Customer.io takes ${limit} attributes at most. Left out: ${listed(left)}.`);
  return entries.filter((entry) => kept.has(entry));
}

function renamed(data: Record<string, Json>, warnings: string[]): [string, Json][] {
  return Object.entries(data).map(([key, value]) => {
    if (!CAMPAIGN_SETTINGS.has(key)) return [key, value];
    let free = `_${key}`;
    while (Object.hasOwn(data, free)) free = `_${free}`;
    warnings.push(
      `The event's "${key}" was renamed to "${free}": Customer.io would take it as the campaign's own setting.`,
    );
    return [free, value];
  });
}

interface Part {
  key: string;
  value: Json;
  bytes: number;
}

function fitData(entries: [string, Json][], warnings: string[]): [string, Json][] {
  const parts: Part[] = [];
  for (const [key, value] of entries) {
    const bytes = jsonBytes(value);
    if (bytes === null) warnings.push(`The event's "${short(key)}" was left out: it is not a JSON value.`);
    else parts.push({ key, value, bytes });
  }
  // JSON adds a colon and a comma for each pair, and two braces less one comma for the object.
  const keyBytes = (part: Part) => jsonBytes(part.key)! + 2;
  let excess = parts.reduce((sum, part) => sum + keyBytes(part) + part.bytes, 1) - LIMITS.eventDataBytes;
  const removed = new Set<Part>();
  const largestFirst = () => parts.filter((part) => !removed.has(part)).sort((a, b) => b.bytes - a.bytes);

  for (const part of largestFirst()) {
    if (excess <= 0 || part.bytes <= MIN_CUT_TEXT_BYTES) break;
    if (typeof part.value !== 'string') continue;
    excess -= cutPart(part, Math.max(part.bytes - excess, MIN_CUT_TEXT_BYTES), warnings);
  }
  for (const part of largestFirst()) {
    if (excess <= 0) break;
    removed.add(part);
    excess -= keyBytes(part) + part.bytes;
  }
  if (removed.size > 0) {
    const names = [...removed].map((part) => short(part.key));
    warnings.push(`The event's data may have ${LIMITS.eventDataBytes} bytes. Left out: ${listed(names)}.`);
  }
  return parts.filter((part) => !removed.has(part)).map(({ key, value }) => [key, value]);
}

/** Cuts a text to at most `maxBytes` of JSON, quotes included. @returns the bytes saved. */
function cutPart(part: Part, maxBytes: number, warnings: string[]): number {
  const before = part.bytes;
  part.value = cutText(
    String(part.value).toWellFormed(),
    maxBytes - 2,
    '…',
    (piece) => jsonBytes(piece)! - 2,
  );
  part.bytes = jsonBytes(part.value)!;
  warnings.push(`The event's "${short(part.key)}" was cut from ${before} to ${part.bytes} bytes.`);
  return before - part.bytes;
}

function short(text: string): string {
  return cutText(text.toWellFormed(), 60, '…');
}

function listed(names: string[]): string {
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
