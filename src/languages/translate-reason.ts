import { en, type Sentences } from './en.ts';

/** Longer ones are not looked at: the patterns take more than linear time, and names in a reason come from strangers. */
const MAX_LENGTH = 1_000;

type Key = keyof Sentences['reasons'];

interface Pattern {
  key: Key;
  pattern: RegExp;
}

/** Where a parameter is in a sentence. No sentence has this character. */
const MARK = '\u0001';

/** The shape of each English reason. */
const PATTERNS: Pattern[] = (Object.entries(en.reasons) as [Key, Sentences['reasons'][Key]][]).map(
  ([key, reason]) => ({ key, pattern: patternOf(reason) }),
);

function patternOf(reason: string | ((...parts: string[]) => string)): RegExp {
  if (typeof reason === 'string') return new RegExp(`^${escaped(reason)}$`);
  const marks = Array.from({ length: reason.length }, (_, index) => `${MARK}${index}${MARK}`);
  const parts = reason(...marks).split(MARK);
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

/**
 * A stored reason, which is English, in another language: by its sentences where all of them are known, else by its code.
 * Else the stored text.
 * @param code one of `reasonCodes`; null where none is stored
 */
export function translateReason(stored: string | null, code: string | null, words: Sentences): string | null {
  if (stored === null || words === en) return stored;
  return translateSentences(stored, words) ?? byCode(code, words) ?? stored;
}

/** Null where a sentence is not known. */
function translateSentences(text: string, words: Sentences): string | null {
  if (text.length > MAX_LENGTH) return null;
  const whole = translateSentence(text, words);
  if (whole !== null) return whole;
  const sentences = text.split(/(?<=\.) (?=\p{Lu})/u).map((sentence) => translateSentence(sentence, words));
  return sentences.includes(null) ? null : sentences.join(' ');
}

function translateSentence(sentence: string, { reasons }: Sentences): string | null {
  for (const { key, pattern } of PATTERNS) {
    const found = pattern.exec(sentence);
    if (!found) continue;
    const reason: string | ((...parts: string[]) => string) = reasons[key];
    if (typeof reason === 'string') return reason;
    const parts = Array.from({ length: reason.length }, (_, index) => found.groups![`p${index}`]!);
    return reason(...parts);
  }
  return null;
}

function byCode(code: string | null, { reasonCodes }: Sentences): string | null {
  return code !== null && Object.hasOwn(reasonCodes, code)
    ? reasonCodes[code as keyof typeof reasonCodes]
    : null;
}
