import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID for the given time in ms: 10 characters of time, 16 of randomness, Crockford base32. */
export function ulid(atMs: number): string {
  let time = '';
  for (let rest = Math.floor(atMs), i = 0; i < 10; i++) {
    time = alphabet[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (const byte of randomBytes(16)) random += alphabet[byte & 31];
  return time + random;
}

/** 26 characters of Crockford base32 in either case; the first is at most 7, as 128 bits leave only 3 for it. */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text);
}

/** The time inside a ULID, in ms. */
export function ulidTime(id: string): number {
  let time = 0;
  for (const character of id.slice(0, 10).toUpperCase()) time = time * 32 + alphabet.indexOf(character);
  return time;
}
