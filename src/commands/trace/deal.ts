/** A deal's number, also out of its address in Kommo, or null. */
export function dealOf(given: string): number | null {
  const deal = /^#?(\d{1,15})$/.exec(given.trim()) ?? /\/leads\/detail\/(\d{1,15})/.exec(given);
  return deal ? Number(deal[1]) : null;
}
