import { en } from './en.ts';
import { es } from './es.ts';
import { pt } from './pt.ts';

/** All sentences of a language. */
export type { Sentences } from './en.ts';

/** The languages by their code. */
export const LANGUAGES = { en, es, pt };

export type Language = keyof typeof LANGUAGES;

export const languageCodes = Object.keys(LANGUAGES) as Language[];

/** The most languages of a header that are read. */
const MAX_WANTED = 20;

/**
 * The language that a reader wants most of those that exist; English where none of them does.
 * @param header `Accept-Language` (RFC 9110): `pt-BR, es;q=0.8, *;q=0.1`. What is no such list counts as no wish
 */
export function wantedLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',', MAX_WANTED)
    .map(readWish)
    .filter((wish) => wish !== null && wish.quality > 0)
    .sort((a, b) => b!.quality - a!.quality);
  return wanted[0]?.language ?? 'en';
}

const WISH = /^\s*([a-z]{1,8})(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*$/i;

/** Null for a language that does not exist here, and for a range that cannot be read. */
function readWish(range: string): { language: Language; quality: number } | null {
  const [, tag, quality = '1'] = WISH.exec(range) ?? [];
  const language = tag?.toLowerCase();
  return isLanguage(language) ? { language, quality: Number(quality) } : null;
}

function isLanguage(code: string | undefined): code is Language {
  return code !== undefined && Object.hasOwn(LANGUAGES, code);
}
