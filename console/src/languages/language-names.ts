import { LANGUAGES, type Language } from './language.ts';

/** The languages with their names, in the order in which readers choose. */
export const languageNames = Object.entries(LANGUAGES) as [code: Language, name: string][];
