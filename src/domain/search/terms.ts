/**
 * The words by which deals are searched. A text is found by the beginning of any of its words, whatever its case, accents and
 * punctuation: "Ann Lee, Pro" by "ann l", "lee" and "pro", and an address by each of its parts.
 */

/** Longer words, and words after so many, are cut off: nobody types them. */
const MAX_TERM = 60;
const MAX_WORDS = 10;

/** The words of a text in the form in which they are compared. */
export function searchWords(text: string): string[] {
  return text
    .slice(0, 1_000)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/**
 * The texts from each of their words on, so that a typed phrase is the beginning of one of them. The beginning of another one is
 * left out: "ann lee" beside "ann lee pro".
 */
export function searchTerms(texts: readonly string[]): string[] {
  const terms = new Set<string>();
  for (const text of texts) {
    const words = searchWords(text).slice(0, MAX_WORDS);
    for (const index of words.keys()) terms.add(cut(words.slice(index).join(' ')));
  }
  const sorted = [...terms].sort();
  return sorted.filter((term, index) => !sorted[index + 1]?.startsWith(term));
}

/** Whether every word of the query is the beginning of a word of the texts. */
export function matchesWords(query: readonly string[], texts: readonly string[]): boolean {
  const words = texts.flatMap(searchWords);
  return query.every((typed) => words.some((word) => word.startsWith(typed)));
}

/** What is typed, as the beginning of a term. */
export function searchPrefix(words: readonly string[]): string {
  return cut(words.join(' '));
}

/** Cut between characters: half of one cannot be stored. */
function cut(text: string): string {
  return text.length <= MAX_TERM
    ? text
    : [...text.slice(0, MAX_TERM)]
        .join('')
        .toWellFormed()
        .replace(/\uFFFD$/, '');
}
