/**
 * The text with at most `max` characters (code points, as a database counts them); a longer one ends with "…". An emoji is kept
 * or dropped, never halved.
 */
export function cutCharacters(text: string, max: number): string {
  // A text of as many UTF-16 units has no more characters.
  if (text.length <= max) return text;
  const characters = [...text.slice(0, 2 * max + 2)];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}
