import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchWritten } from './match-written.ts';
import { comparableText, isCutForm } from './stored-text.ts';

const word = fc.stringMatching(/^[a-zé&<"'я日]{1,8}$/);
const emoji = fc.constantFrom('🎉', '👩‍🚀', '😀😀', '🇱🇻', '𝐚');
const part = fc.oneof({ weight: 4, arbitrary: word }, { weight: 1, arbitrary: emoji });
const note = fc
  .tuple(word, fc.array(part, { maxLength: 12 }), fc.constantFrom(' ', '\n', '  ', '\r\n\r\n'))
  .map(([first, rest, between]) => [first, ...rest].join(between));

const isWide = (character: string) => character.codePointAt(0)! > 0xffff;
const encoded = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
/** What accounts were seen to do with a text. */
const ACCOUNTS: Record<string, (text: string) => string> = {
  'keeps it': (text) => text,
  'trims it': (text) => text.trim(),
  'joins its lines': (text) => text.replace(/\s+/g, ' '),
  'sends its lines as \\r\\n': (text) => text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'),
  'encodes it': encoded,
  'writes <br> for its lines': (text) => encoded(text).replaceAll('\n', '<br />'),
  'ends it at the first emoji': (text) => [...text].slice(0, [...`${text}🎉`].findIndex(isWide)).join(''),
  'drops emoji': (text) => [...text].filter((character) => !isWide(character)).join(''),
  'writes the numbers of emoji': (text) =>
    [...text].map((character) => (isWide(character) ? `&#${character.codePointAt(0)};` : character)).join(''),
  'shows ? for emoji': (text) => [...text].map((character) => (isWide(character) ? '?' : character)).join(''),
  'cuts it with an ellipsis': (text) =>
    [...text].length > 20 ? `${[...text].slice(0, 19).join('')}…` : text,
};

it.each(Object.entries(ACCOUNTS))('a note counts as written where the account %s', (_what, stored) => {
  fc.assert(
    fc.property(note, (text) => {
      const existing = [{ id: 900, dealId: 5, text: stored(text) }];
      expect([...matchWritten([{ id: 1, dealId: 5, text }], existing)]).toEqual([[1, '900']]);
    }),
  );
});

it.each([
  ['Opened (Sale) today', 'Opened (<b>Sale</b>) today'],
  ['Opened (&lt;b&gt;Sale&lt;/b&gt;) today', 'Opened (<b>Sale</b>) today'],
  ['5 < 6', '5 < 6'],
])('the account’s %j is the note %j', (found, own) => expect(isCutForm(found, own)).toBe(true));

it('two different notes are never taken for each other', () => {
  fc.assert(
    fc.property(
      word,
      word,
      fc.array(word, { maxLength: 5 }),
      fc.constantFrom(...Object.values(ACCOUNTS)),
      (a, b, rest, stored) => {
        fc.pre(a !== b);
        const one = [a, ...rest, a].join(' ');
        const other = [b, ...rest, b].join(' ');
        expect(isCutForm(stored(one), other)).toBe(comparableText(one) === comparableText(other));
      },
    ),
  );
  for (const [found, own] of [
    ['Client opened', 'Client opened email 🎉'],
    ['Client opened email', 'Client opened email "Welcome"'],
    ['Client opened email (Welcome) 🎉', 'Client opened email (Welcome)'],
    ['…', 'Client opened'],
    ['', 'Client opened'],
  ] as const)
    expect(isCutForm(found, own), found).toBe(false);
});

it('the note itself is preferred to one that could be a cut form of it', () => {
  const actions = [
    { id: 1, dealId: 5, text: 'Opened 🎉' },
    { id: 2, dealId: 5, text: 'Opened' },
  ];
  expect([...matchWritten(actions, [{ id: 900, dealId: 5, text: 'Opened' }])]).toEqual([[2, '900']]);
});

it('a long text without an end is a cut one', () => {
  expect(isCutForm('x'.repeat(255), 'x'.repeat(300))).toBe(true);
  expect(isCutForm('x'.repeat(100), 'x'.repeat(300))).toBe(false);
});
