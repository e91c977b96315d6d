import { Menu } from '@mantine/core';
import { language, setLanguage } from '../languages/language.ts';
import { languageNames } from '../languages/language-names.ts';
import { CheckIcon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';

/** The languages in the user's menu, each named in itself. Nothing where there is one only. */
export function LanguageItems() {
  if (languageNames.length < 2) return null;
  return (
    <>
      <Menu.Label>{texts.nav.language}</Menu.Label>
      {languageNames.map(([code, name]) => (
        <Menu.Item
          key={code}
          lang={code}
          role="menuitemradio"
          aria-checked={code === language}
          rightSection={code === language ? <CheckIcon size={14} /> : null}
          onClick={() => setLanguage(code)}
        >
          {name}
        </Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}
