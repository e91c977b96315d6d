import { en, type Sentences } from './en.ts';
import { createTranslator, MAX_LENGTH } from './translate-sentence.ts';

const translate = createTranslator(en.reasons);

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
function translateSentences(text: string, { reasons }: Sentences): string | null {
  if (text.length > MAX_LENGTH) return null;
  const whole = translate(text, reasons);
  if (whole !== null) return whole;
  const sentences = text.split(/(?<=\.) (?=\p{Lu})/u).map((sentence) => translate(sentence, reasons));
  return sentences.includes(null) ? null : sentences.join(' ');
}

function byCode(code: string | null, { reasonCodes }: Sentences): string | null {
  return code !== null && Object.hasOwn(reasonCodes, code)
    ? reasonCodes[code as keyof typeof reasonCodes]
    : null;
}
