/** A deal's number, also taken from the address of its page in Kommo; null where the text is something else. */
export function dealNumber(text: string): number | null {
  const match = /^#?(\d{1,15})$/.exec(text.trim()) ?? /\/leads\/detail\/(\d{1,15})/.exec(text);
  return match ? Number(match[1]) : null;
}
