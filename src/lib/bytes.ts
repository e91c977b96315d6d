/** Size of a text in UTF-8; a lone surrogate counts as U+FFFD, as it would be sent. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Size of a value as JSON in UTF-8; null where JSON cannot carry it (undefined, NaN, a bottomless nesting). */
export function jsonBytes(value: unknown): number | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  try {
    const text = JSON.stringify(value);
    return text === undefined ? null : utf8Bytes(text);
  } catch {
    return null;
  }
}

/**
 * The text as it is where it has at most `maxBytes`, else as many whole characters as fit before `ending`.
 * Works on code points, so an emoji is kept or dropped, never halved. `size` measures a piece.
 */
export function cutText(
  text: string,
  maxBytes: number,
  ending: string,
  size: (piece: string) => number = utf8Bytes,
): string {
  if (size(text) <= maxBytes) return text;
  const room = maxBytes - size(ending);
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += size(character);
    if (used > room) break;
    end += character.length;
  }
  return text.slice(0, end) + ending;
}
