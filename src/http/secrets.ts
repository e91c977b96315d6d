import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares a given secret with the expected one in constant time, whatever their lengths. Nothing equals an empty one. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected)) && expected !== '';
}
