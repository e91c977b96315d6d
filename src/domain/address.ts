import { asciiDomain } from '../lib/ascii-domain.ts';
import { utf8Bytes } from '../lib/bytes.ts';

/**
 * Email addresses in the form in which they are compared, stored and sent. Every address that comes from outside passes
 * through here: contacts, reports, searches, configuration. People paste addresses from mail programs, web pages and
 * spreadsheets, with invisible characters, names, brackets and neighbours; each of these spellings must be one person.
 */

export type AddressReading =
  | { ok: true; address: string; warnings: AddressWarning[] }
  | { ok: false; code: AddressProblem; reason: string };

/** `several_addresses`: the text holds more than one address, and the first was taken. */
export type AddressWarning = 'several_addresses';

/**
 * - `empty`: nothing can be seen in the text
 * - `no_address`: nothing in it has the form of an address
 * - `bad_domain`: mail cannot be sent to the part after the @
 * - `too_long`: Customer.io takes identifiers of up to 150 bytes
 */
export type AddressProblem = 'empty' | 'no_address' | 'bad_domain' | 'too_long';

/** Customer.io docs: an identifier has at most 150 bytes. */
const MAX_BYTES = 150;

/** The first address in the text, and whether there are others. Never throws; takes linear time. */
export function addressOf(text: string): AddressReading {
  if (isPlain(text)) return { ok: true, address: text, warnings: [] };
  const { addresses, problem } = read(text);
  const [address] = addresses;
  if (address === undefined) return { ok: false, code: problem, reason: REASONS[problem] };
  return { ok: true, address, warnings: addresses.length > 1 ? ['several_addresses'] : [] };
}

/** All addresses in the text, each once, in their order. */
export function addressesOf(text: string): string[] {
  return isPlain(text) ? [text] : read(text).addresses;
}

/** The first address in the text; null where it holds none. For callers that show no reason. */
export function addressIn(text: string | null | undefined): string | null {
  const reading = addressOf(text ?? '');
  return reading.ok ? reading.address : null;
}

/** The names under which a person may be stored whom somebody searches for: the text as typed, and the addresses in it. */
export function namesSearched(text: string): string[] {
  return [...new Set([text, text.toLowerCase(), ...addressesOf(text)])];
}

const REASONS: Record<AddressProblem, string> = {
  empty: 'it is empty',
  no_address: 'it is no email address',
  bad_domain: 'no mail can be sent to the part after the @',
  too_long: `it has more than ${MAX_BYTES} bytes`,
};

const PLAIN = /^[a-z0-9_+][a-z0-9._+-]*@(?:[a-z0-9-]+\.)+[a-z]+$/;

/** Whether the text is an ordinary address in its final form, as nearly all are. */
function isPlain(text: string): boolean {
  if (text.length > MAX_BYTES || !PLAIN.test(text)) return false;
  const domain = text.slice(text.indexOf('@') + 1);
  return !domain.includes('xn--') && asciiDomain(domain) === domain;
}

/** `problem` is that of the first candidate; it matters only where no address was found. */
function read(text: string): { addresses: string[]; problem: AddressProblem } {
  const clean = cleaned(text);
  const found = addressesWithin(clean);
  // "ann @ acme.example": tried last, since the space separates addresses otherwise.
  return found.addresses.length > 0 ? found : addressesWithin(clean.replace(/ ?@ ?/g, '@'));
}

function addressesWithin(text: string): { addresses: string[]; problem: AddressProblem } {
  const addresses: string[] = [];
  let problem: AddressProblem | null = null;
  const candidates = candidatesIn(text);
  for (const [index, candidate] of candidates.entries()) {
    const reading = readCandidate(candidate);
    const next = candidates[index + 1];
    // "ann@old.example <ann@acme.example>": the first is a display name (RFC 5322), the second is the address.
    const isName = next !== undefined && /^["')\] ]*<$/.test(text.slice(candidate.end, next.start));
    if (isName && readCandidate(next).ok) continue;
    if (!reading.ok) problem ??= reading.code;
    else if (!addresses.includes(reading.address)) addresses.push(reading.address);
  }
  return { addresses, problem: problem ?? (text === '' ? 'empty' : 'no_address') };
}

/**
 * Characters that nobody sees: zero widths, directions, soft hyphens, variation selectors, controls that are no space, the blank
 * of Braille, and the mark that stands for a pasted picture.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800\ufffc]|[^\P{Cc}\t\n\v\f\r\x85]/gu;

/** A value with addresses has a few hundred characters. Of a longer text only the beginning is read, up to a space. */
const MAX_CHARACTERS = 20_000;

function beginningOf(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const beginning = text.slice(0, MAX_CHARACTERS);
  return beginning.slice(0, Math.max(0, beginning.search(/\s\S*$/)));
}

/** The text without what cannot be seen, in compatibility form (full-width letters become ordinary ones), in lower case. */
function cleaned(text: string): string {
  return (
    decodedLink(beginningOf(text))
      .toWellFormed()
      .replace(INVISIBLE, '')
      .normalize('NFKC')
      .toLowerCase()
      // Lower case can take a letter apart ("İ"), and compatibility forms can hold ignorable characters.
      .normalize('NFKC')
      .replace(INVISIBLE, '')
      // Word processors replace the apostrophe of o'brien and the hyphen of anne-marie.
      .replace(/[\u2018\u2019\u02bc]/g, "'")
      .replace(/[\u201c-\u201f]/g, '"')
      .replace(/[\u2010\u2011\u2212]/g, '-')
      .replace(/[\u3002]/g, '.')
      .replace(/[\s\x85]+/g, ' ')
      .trim()
  );
}

/** Spaces and brackets as a web address has them. */
const ENCODED_SPACE = /%(?:20|09|0a|0d|c2%a0|e2%80%8b|3c|3e)/i;

/** An address from the address bar, where a form was filled in by its parameters: `ann%40acme.example`, `%20ann@acme.example`. */
const isEncoded = (text: string): boolean =>
  ENCODED_SPACE.test(text) || (text.includes('%40') && !text.includes('@'));

/** RFC 6068: `mailto:ann%40acme.example?subject=Hello`. What follows the ? is no part of the address. */
function decodedLink(text: string): string {
  const isLink = /^\W*mailto:/i.test(text.slice(0, 100));
  if (!isLink && !isEncoded(text)) return text;
  const query = isLink ? /\?[a-z-]+=/i.exec(text) : null;
  return text.slice(0, query?.index ?? text.length).replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

interface Candidate {
  local: string;
  domain: string;
  /** Where the candidate stands in the text. */
  start: number;
  end: number;
}

/** Letters, digits and marks of any script, and what RFC 5322 allows in an atom. */
const LOCAL_END = /[\p{L}\p{N}\p{M}!#$%&'*+\-/=?^_`{|}~.]+$/u;
const DOMAIN_START = /^[\p{L}\p{N}\p{M}._-]+/u;

/**
 * A character within a word that no address has and that separates nothing: a sign of a currency, an accent of its own, a private
 * character, the mark of a lost one. What stands beyond it belongs to the address that was meant, so the rest is somebody else's.
 */
const BROKEN = '(?![\\x00-\\x7f])[\\p{Sc}\\p{Sk}\\p{Co}\\p{Cn}\\ufffd\\u00b7]';
const BROKEN_BEFORE = new RegExp(`[\\p{L}\\p{N}]${BROKEN}$`, 'u');
const BROKEN_AFTER = new RegExp(`^${BROKEN}[\\p{L}\\p{N}]`, 'u');

/** What stands around each @. What belongs to one @ is never looked at for the next, so the time is linear. */
function candidatesIn(text: string): Candidate[] {
  const parts = text.split('@');
  const candidates: Candidate[] = [];
  let offset = 0;
  let taken = 0;
  for (const [index, right] of parts.slice(1).entries()) {
    const left = parts[index]!;
    const at = offset + left.length;
    const before = left.slice(taken);
    const local = localOf(before);
    const domain = DOMAIN_START.exec(right)?.[0] ?? '';
    // "a@b@c" holds no address: which @ is the right one cannot be known.
    const isAmbiguous = domain.length === right.length && index + 2 < parts.length;
    const hasTwo = taken > 0 && taken === left.length;
    const isTorn =
      BROKEN_BEFORE.test(before.slice(0, -local.length).slice(-4)) ||
      BROKEN_AFTER.test(right.slice(domain.length, domain.length + 4));
    if (!isAmbiguous && !hasTwo && !isTorn && local !== '')
      candidates.push({ local, domain, start: at - local.length, end: at + 1 + domain.length });
    taken = domain.length;
    offset = at + 1;
  }
  return candidates;
}

/** The local part at the end of a text: `"ann"@acme.example` is ann, and a quoted text with spaces is none. */
function localOf(before: string): string {
  if (!before.endsWith('"')) return atomAtEnd(before);
  const quoted = before.slice(before.lastIndexOf('"', before.length - 2) + 1, -1);
  return atomAtEnd(quoted) === quoted ? quoted : '';
}

function atomAtEnd(text: string): string {
  return LOCAL_END.exec(text.slice(-MAX_BYTES - 1))?.[0] ?? '';
}

function readCandidate({
  local,
  domain,
}: Candidate): { ok: true; address: string } | { ok: false; code: AddressProblem } {
  // 'ann'@acme.example, and a parameter of a web address: email=ann@acme.example.
  const unquoted = /^'.+'$/.test(local) ? local.slice(1, -1) : local.replace(/^e?-?mail=/, '');
  const bare = unquoted.replace(/^[.'*/|=&!?#$%^`{}~-]+/, '');
  if (bare === '') return { ok: false, code: 'no_address' };
  const ascii = asciiDomain(domain.replace(/^[.]+|[._-]+$/g, ''));
  if (ascii === null) return { ok: false, code: 'bad_domain' };
  const address = `${bare}@${ascii}`;
  return utf8Bytes(address) > MAX_BYTES ? { ok: false, code: 'too_long' } : { ok: true, address };
}
