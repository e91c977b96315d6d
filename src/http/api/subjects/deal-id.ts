/** The number of a deal in what was typed: the number itself, with or without #, or the address of its page in Kommo. */
export function dealIdIn(typed: string): number | null {
  const [, id] = /leads\/detail\/(\d{1,15})/.exec(typed) ?? /^#?(\d{1,15})$/.exec(typed.trim()) ?? [];
  return id === undefined ? null : Number(id);
}
