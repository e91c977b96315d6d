import type { BoundedBytes } from './bounded-bytes.ts';

const BACKSLASH = 0x5c;
/** A longer number has no use. */
const MAX_SCALAR_BYTES = 64;

/** The name that the bytes stand for; null where they are no JSON text. */
export function nameOf(bytes: BoundedBytes): string | null {
  try {
    return bytes.isCut ? null : JSON.parse(`"${bytes.view().toString('utf8')}"`);
  } catch {
    return null;
  }
}

/** The JSON of a number, `true`, `false` or `null`; null where it is none, or too long. */
export function scalarOf(bytes: BoundedBytes): Buffer | null {
  return !bytes.isCut && bytes.length <= MAX_SCALAR_BYTES && isJson(bytes.view()) ? bytes.copy() : null;
}

/** The JSON of a text, cut where it is too long; null where it is no JSON text. */
export function textOf(bytes: BoundedBytes): Buffer | null {
  const raw = bytes.isCut ? bytes.view().subarray(0, wholeCharacters(bytes.view())) : bytes.view();
  const json = Buffer.concat([Buffer.from('"'), raw, Buffer.from('"')]);
  return isJson(json) ? json : null;
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/**
 * How many bytes of a cut JSON text are whole characters: no half of an escape, of UTF-8 bytes or of a pair of surrogates.
 */
function wholeCharacters(raw: Buffer): number {
  let whole = 0;
  for (let at = 0; at < raw.length; ) {
    const size = characterSize(raw, at);
    if (at + size > raw.length) break;
    at += size;
    whole = at;
  }
  return whole;
}

function characterSize(raw: Buffer, at: number): number {
  const byte = raw[at]!;
  if (byte === BACKSLASH) {
    if (raw[at + 1] !== 0x75) return 2;
    return isHighSurrogate(raw, at) ? 12 : 6;
  }
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** `\ud83d`, of which the other half should follow. */
function isHighSurrogate(raw: Buffer, at: number): boolean {
  return /^\\ud[89ab]/i.test(raw.toString('latin1', at, at + 4));
}
