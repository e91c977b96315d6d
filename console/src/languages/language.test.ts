import { expect, it } from 'vitest';
import { chooseLanguage, localeOf } from './language.ts';

it.each([
  [null, [], 'en'],
  [null, ['fr-FR', 'en-GB'], 'en'],
  ['en', ['fr'], 'en'],
  [null, ['es-MX', 'en'], 'es'],
  ['en', ['es-MX'], 'en'],
  ['es', ['en-US'], 'es'],
  [null, ['pt-PT', 'en'], 'pt'],
  ['constructor', ['fr'], 'en'],
])('of somebody who chose %s and whose browser wants %j is %s', (chosen, wanted, language) => {
  expect(chooseLanguage(chosen, wanted)).toBe(language);
});

it.each([
  [['fr-FR', 'en-GB', 'en'], 'en-GB'],
  [['fr-FR'], 'en-US'],
  [['en-US@posix', 'en-AU'], 'en-AU'],
  [['en-US@posix'], 'en-US'],
])('the locale of a browser that wants %j is %s', (wanted, locale) => {
  expect(localeOf('en', wanted)).toBe(locale);
});
