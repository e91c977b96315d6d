import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { LANGUAGES, type Language, wantedLanguage } from './languages.ts';

/** The texts of a catalogue by their path: `events.deal`. */
function textsOf(catalogue: object, path = ''): [path: string, text: unknown][] {
  return Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? textsOf(value, `${path}${key}.`)
      : [[`${path}${key}`, value] as [string, unknown]],
  );
}

type Sentence = (...parts: unknown[]) => unknown;
const others = Object.entries(LANGUAGES).filter(([code]) => code !== 'en');

describe.each(others)('the sentences in %s', (_code, catalogue) => {
  const english = new Map(textsOf(en));

  it('are those of English, with the same parameters', () => {
    const shape = (texts: Iterable<[string, unknown]>) =>
      [...texts].map(([path, text]) => [path, typeof text === 'function' ? text.length : null]);
    expect(shape(textsOf(catalogue))).toEqual(shape(english));
  });

  it.each(textsOf(catalogue).filter(([, text]) => typeof text === 'function'))(
    '%s is a text whatever it is given',
    (path, text) => {
      const parts = Array.from({ length: (text as Sentence).length }, () => '3');
      const said = (text as Sentence)(...(path === 'answer.timers' ? [['a', 'b']] : parts));
      expect(said).toMatch(/./);
      expect(said).not.toMatch(/undefined|null|NaN/);
    },
  );

  it('are translated', () => {
    const same = textsOf(catalogue).filter(
      ([path, text]) => typeof text === 'string' && text.length > 12 && english.get(path) === text,
    );
    expect(same).toEqual([]);
  });
});

describe('the language that a reader wants', () => {
  it.each<[string | undefined, Language]>([
    [undefined, 'en'],
    ['', 'en'],
    ['es', 'es'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
    ['fr, es;q=0.5, pt;q=0.7', 'pt'],
    ['ES-mx ; q=0.3', 'es'],
    ['es;q=0, pt;q=0.1', 'pt'],
    ['de, *;q=0.5', 'en'],
    ['es;q=2, pt;q=x', 'en'],
    ['__proto__, constructor', 'en'],
  ])('of %j is %s', (header, language) => expect(wantedLanguage(header)).toBe(language));

  it('is one that exists, whatever a header says', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (header) => {
        expect(Object.keys(LANGUAGES)).toContain(wantedLanguage(header));
      }),
    );
  });
});
