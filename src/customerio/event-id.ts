import { createHash } from 'node:crypto';

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const MAX_TIME = 2 ** 48 - 1;

/**
 * A deterministic ULID: `timeMs` in 48 bits, then the first 80 bits of SHA-256(key). Customer.io ignores an event whose
 * ULID it has seen, so a retry with the same ULID cannot start a campaign twice. A time outside 48 bits is clamped. The
 * packages ulid and ulidx make random ones only.
 */
export function eventId(timeMs: number, key: string): string {
  const time = Number.isNaN(timeMs) ? 0 : Math.min(Math.max(Math.floor(timeMs), 0), MAX_TIME);
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 20);
  return encode(BigInt(time), 10) + encode(BigInt(`0x${digest}`), 16);
}

/** The time of a ULID in ms since 1970; null where the text is not a ULID. */
export function eventIdTime(text: string): number | null {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text)) return null;
  let time = 0;
  for (const letter of text.slice(0, 10).toUpperCase()) time = time * 32 + ALPHABET.indexOf(letter);
  return time;
}

function encode(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = ALPHABET[Number(rest & 31n)] + text;
  return text;
}
