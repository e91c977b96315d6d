import { NativeSelect } from '@mantine/core';
import { type Language, language, languageNames, setLanguage } from '../../languages/language.ts';
import { texts } from '../../texts.ts';

/** The language before somebody has signed in. Nothing where there is one only. */
export function LanguageChoice() {
  if (languageNames.length < 2) return null;
  return (
    <NativeSelect
      size="xs"
      aria-label={texts.nav.language}
      data={languageNames.map(([value, label]) => ({ value, label }))}
      value={language}
      onChange={(event) => setLanguage(event.currentTarget.value as Language)}
    />
  );
}
