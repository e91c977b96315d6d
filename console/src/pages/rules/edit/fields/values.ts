/** What can be written, with how Kommo calls it. */
export interface Choice {
  value: string;
  label: string;
}

/** Choices that contain every word of what was typed, in their value or label; those that begin with it come first. */
export function matching<T extends { value: unknown }>(
  options: readonly T[],
  typed: string,
  labelOf: (value: string) => string,
): T[] {
  const wanted = typed.trim().toLowerCase().split(/\s+/);
  const whole = (option: T) => `${option.value} ${labelOf(String(option.value))}`.toLowerCase();
  const fits = options.filter((option) => wanted.every((word) => whole(option).includes(word)));
  const isFirst = (option: T) => whole(option).startsWith(typed.trim().toLowerCase());
  return [...fits.filter(isFirst), ...fits.filter((option) => !isFirst(option))];
}

/** A value path as a Liquid variable, in which a field's name with spaces is in brackets. */
export function inLiquid(path: string): string {
  const [, owner, whole] = /^(deal|contact|company)\.field\.(.*)$/s.exec(path) ?? [];
  // A part of an address stands outside the brackets.
  const part = /\.(?:address_line_[12]|city|state|zip|country)$/.exec(whole ?? '')?.[0] ?? '';
  const field = whole?.slice(0, whole.length - part.length);
  if (field === undefined || /^[\p{L}_][\p{L}\d_-]*$/u.test(field)) return `{{ ${path} }}`;
  const quote = field.includes('"') ? "'" : '"';
  return `{{ ${owner}.field[${quote}${field}${quote}]${part} }}`;
}

/** Replaces the selection by `part`. @returns the new text, and the position of the caret after it */
export function insertAt(
  text: string,
  part: string,
  [from, to]: readonly [number, number],
): { text: string; caret: number } {
  return { text: text.slice(0, from) + part + text.slice(to), caret: from + part.length };
}
