/** Longer ones are not looked at: the patterns take more than linear time, and names in a sentence come from strangers. */
export const MAX_LENGTH = 1_000;

/** A sentence, or what makes it of its parts, which are texts. */
type Sentence = string | ((...parts: string[]) => string);

/** Where a parameter is in a sentence. No sentence has this character. */
const MARK = '\u0001';

/**
 * Finds English sentences again, and says them in another language.
 * @returns the same sentence of `others`, with its parts; null where the text is none of the English sentences
 */
export function createTranslator<Sentences extends { [key: string]: Sentence }>(
  english: Sentences,
): (text: string, others: Sentences) => string | null {
  const patterns = Object.entries(english).map(([key, sentence]) => ({ key, pattern: patternOf(sentence) }));
  return (text, others) => {
    if (text.length > MAX_LENGTH) return null;
    for (const { key, pattern } of patterns) {
      const found = pattern.exec(text);
      if (!found) continue;
      const sentence = others[key]!;
      if (typeof sentence === 'string') return sentence;
      return sentence(...Array.from({ length: sentence.length }, (_, index) => found.groups![`p${index}`]!));
    }
    return null;
  };
}

function patternOf(sentence: Sentence): RegExp {
  if (typeof sentence === 'string') return new RegExp(`^${escaped(sentence)}$`);
  const marks = Array.from({ length: sentence.length }, (_, index) => `${MARK}${index}${MARK}`);
  const parts = sentence(...marks).split(MARK);
  // Every second part is the number of a parameter; one that comes twice has the same text both times.
  const seen = new Set<string>();
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return escaped(part);
    if (seen.has(part)) return `\\k<p${part}>`;
    seen.add(part);
    return `(?<p${part}>.+)`;
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
