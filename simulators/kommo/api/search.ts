import type { CustomValue } from '../model.ts';

/**
 * Kommo's `query` looks for the text in every filled field, in any case and inside of words; digits also match
 * inside of numbers written otherwise. It finds too much, and callers are expected to look again.
 */
export function matchesText(texts: string[], custom: CustomValue[], query: string): boolean {
  const wanted = query.toLowerCase().trim();
  if (wanted === '') return true;
  const all = [...texts, ...custom.flatMap((one) => one.values.map((value) => String(value.value)))];
  if (all.some((text) => text.toLowerCase().includes(wanted))) return true;
  const digits = wanted.replace(/\D/g, '');
  const isNumber = /^[\d+()\s.-]+$/.test(wanted) && digits.length >= 5;
  return isNumber && all.some((text) => text.replace(/\D/g, '').includes(digits));
}
