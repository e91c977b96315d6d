import { Menu } from '@mantine/core';
import { type Language, language, languageNames, setLanguage } from '../languages/language.ts';
import { CheckIcon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';

/** The languages in the user's menu, each named in itself. Nothing where there is one only. */
export function LanguageItems() {
  if (languageNames.length < 2) return null;
  return (
    <>
      <Menu.Label>{texts.nav.language}</Menu.Label>
      <Menu.RadioGroup value={language} onChange={(code) => setLanguage(code as Language)}>
        {languageNames.map(([code, name]) => (
          <Menu.RadioItem key={code} value={code} lang={code} checkIcon={<CheckIcon size={14} />}>
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Divider />
    </>
  );
}
