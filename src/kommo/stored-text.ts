/*
 * Accounts change the texts that are written to them. Some store three bytes a character, so that a text ends before the first
 * emoji; others drop it or show "?", encode & and <, join lines, or cut long texts. After a call without an answer these forms
 * must count as written, or every such note would be there twice.
 */

/** A text that ends without "…" counts as cut only from this length: a shorter one could be another note. */
const SHORTEST_CUT = 200;

/** Characters beyond the basic plane: four bytes in UTF-8. */
const FOUR_BYTES = /[\u{10000}-\u{10ffff}]/gu;
/** What accounts write in their place. */
const REPLACEMENTS = ['', '?', '????', '\ufffd', ' '];

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#039;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
};

/** A text as it is compared: entities are decoded, marks of HTML are dropped, line ends are spaces, and spaces are single. */
export function comparableText(text: string): string {
  return text
    .replace(/<br\s{0,5}\/?>/gi, ' ')
    .replace(/&(?:amp|lt|gt|quot|#34|#0?39|apos|nbsp);/g, (entity) => ENTITIES[entity]!)
    .replace(/&#(\d{2,7});/g, (entity, code) => characterOf(Number(code)) ?? entity)
    .replace(/<\/?[a-z][^<>]{0,200}>/gi, '')
    .replace(/[\s\u200b]+/g, ' ')
    .trim()
    .normalize('NFC');
}

function characterOf(code: number): string | null {
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}

/** Whether `stored` is what an account may have made of `written` by cutting it or by leaving out characters. */
export function isCutForm(stored: string, written: string): boolean {
  const found = comparableText(stored);
  const own = comparableText(written);
  const firstWide = own.search(FOUR_BYTES);
  if (firstWide >= 0 && found === own.slice(0, firstWide).trim()) return true;
  const forms = [own, ...(firstWide < 0 ? [] : REPLACEMENTS.map((text) => withoutWide(own, text)))];
  return forms.some((form) => found === form || isBeginning(found, form));
}

function withoutWide(text: string, replacement: string): string {
  return comparableText(text.replace(FOUR_BYTES, replacement));
}

function isBeginning(found: string, whole: string): boolean {
  if (found.length > whole.length) return false;
  if (/(?:…|\.\.\.)$/.test(found)) {
    const beginning = found.replace(/(?:…|\.\.\.)$/, '').trimEnd();
    return beginning !== '' && whole.startsWith(beginning);
  }
  return found.length >= SHORTEST_CUT && whole.startsWith(found);
}
