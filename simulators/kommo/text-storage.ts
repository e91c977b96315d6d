import type { KommoSwitches } from './switches.ts';

/** What an account keeps of the text of a note or task; see the switch `textStorage`. */
export function storedText(text: string, storage: KommoSwitches['textStorage']): string {
  if (storage === 'cut_at_4_bytes') return text.slice(0, fourByteIndex(text));
  if (storage === 'reflowed')
    return text
      .replace(/[ \t]+/g, ' ')
      .replace(/ ?\r?\n ?/g, '\r\n')
      .trim();
  return text;
}

/** Where the first character outside the Basic Multilingual Plane stands; UTF-8 needs four bytes for it. */
function fourByteIndex(text: string): number {
  const found = text.search(/[\u{10000}-\u{10ffff}]/u);
  return found < 0 ? text.length : found;
}
