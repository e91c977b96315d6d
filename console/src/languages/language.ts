/** The languages of the console, each named in itself. */
export const LANGUAGES = { en: 'English', es: 'Español', pt: 'Português' } as const;

export type Language = keyof typeof LANGUAGES;

/** The languages with their names, in the order in which readers choose. */
export const languageNames = Object.entries(LANGUAGES) as [code: Language, name: string][];

const KEPT_AS = 'stagepost-language';

/**
 * The language of a reader: the one that they chose, else the first of their browser's that the console has, else English.
 * @param chosen as it was stored; anything else than a language is ignored
 * @param wanted the browser's languages in the order of preference: `['pt-BR', 'en']`
 */
export function chooseLanguage(chosen: string | null, wanted: readonly string[]): Language {
  const preferred = [chosen ?? '', ...wanted].map((tag) => tag.toLowerCase().split('-')[0]!);
  return preferred.find(isLanguage) ?? 'en';
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}

/** Tests outside a browser read English. */
const isBrowser = typeof document !== 'undefined';

/** The language of this page. */
export const language: Language = isBrowser ? chooseLanguage(stored(), navigator.languages) : 'en';

const OWN_LOCALES: Record<Language, string> = { en: 'en-US', es: 'es', pt: 'pt-BR' };

/**
 * The browser's locale where it is one of the page's language, such as `es-MX`, else the language's own.
 * @param wanted the browser's languages; some browsers name ones that are no language tags, such as `en-US@posix`
 */
export function localeOf(language: Language, wanted: readonly string[]): string {
  const own = wanted.filter((tag) => tag.toLowerCase().split('-')[0] === language);
  return own.find(isLocale) ?? OWN_LOCALES[language];
}

function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** The locale of this page, for numbers, dates and lists. */
export const locale: string = localeOf(language, isBrowser ? navigator.languages : []);

/** Keeps the reader's choice in this browser and draws the page anew. */
export function setLanguage(chosen: Language): void {
  try {
    localStorage.setItem(KEPT_AS, chosen);
  } catch {
    // Without a store the choice cannot be kept.
  }
  location.reload();
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
