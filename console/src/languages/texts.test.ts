import { describe, expect, it } from 'vitest';
import { en, type Texts } from './en.ts';
import { es } from './es.ts';
import { pt } from './pt.ts';

/** Every language beside English. */
const OTHERS: Record<string, Texts> = { es, pt };

/** What is the same in every language: names, and words that the languages share. */
const SHARED = new Set<string>([
  'App API key',
  'Customer.io',
  'Data center',
  'Demo',
  "Event '{{ event }}' sent to Customer.io for {{ person }}",
  'Kommo',
  'OK',
  'Pro, Business',
  'Site ID',
  'Slack',
  'Stagepost',
  'Tracking API key',
  'Webhook',
  'Workspace',
  'admin',
  'editor',
  'tags',
  'token',
  en.alertTexts.exampleText,
]);

type Text = string | ((...args: unknown[]) => unknown);

/** Every text of a language by its path, such as `texts.nav.now`. */
function textsOf(part: unknown, path = ''): [path: string, text: Text][] {
  if (typeof part === 'string' || typeof part === 'function') return [[path, part as Text]];
  return Object.entries(part as object).flatMap(([key, value]) =>
    textsOf(value, path ? `${path}.${key}` : key),
  );
}

const english = new Map(textsOf(en));

describe.each(Object.entries(OTHERS))('%s', (_, texts) => {
  const own = textsOf(texts);

  it('has the texts of English and no others', () => {
    expect(own.map(([path]) => path).toSorted()).toEqual([...english.keys()].toSorted());
  });

  it('has functions where English has, with as many parameters', () => {
    const shape = (text: Text | undefined) => (typeof text === 'function' ? text.length : 'text');
    const different = own.filter(([path, text]) => shape(text) !== shape(english.get(path)));
    expect(different).toEqual([]);
  });

  it('is translated', () => {
    const isText = (text: Text) => typeof text === 'string' && /\p{L}/u.test(text);
    const same = own.filter(
      ([path, text]) => isText(text) && text === english.get(path) && !SHARED.has(String(text)),
    );
    expect(same).toEqual([]);
  });
});

const HAPPENING = {
  ...{ count: 1, who: 'Ann Lee', subjects: 1, side: 'kommo', field: null },
  names: { one: 'note', many: 'notes' },
};

const COUNTS = { entered: 3, emailed: 2, opened: 1 };

/** Arguments that fit one text or another: counts, names, lists, what a problem speaks of, and what became of deals. */
const ARGUMENTS: unknown[][] = [
  [1, 1, 1],
  [3, 3, 3],
  ['acme', 'acme', 'acme'],
  ['acme', 'viewer'],
  ['acme', 1, 1],
  ['acme', 'acme', 1],
  [1, 'acme', true],
  [1, 'acme', 1],
  [true, 'acme'],
  [['acme', 'beta'], 3],
  ['acme', ['acme', 'beta'], 'acme'],
  [null, 1],
  [HAPPENING],
  ['2 days', COUNTS, COUNTS],
];

/** What a text becomes with all arguments that give a sentence in English. */
function called(text: Text, path: string): unknown[] {
  return ARGUMENTS.filter((args) => isSound(tried(english.get(path)!, args))).map((args) =>
    tried(text, args),
  );
}

function tried(text: Text, args: unknown[]): unknown {
  if (typeof text === 'string') return text;
  try {
    return text(...args);
  } catch {
    return undefined;
  }
}

function isSound(made: unknown): boolean {
  return typeof made === 'string' && !/undefined|NaN|\[object|function|=>/.test(made);
}

it.each(Object.entries({ en, ...OTHERS }))('%s makes a sentence of every function', (_, texts) => {
  const made = textsOf(texts).map(([path, text]) => ({ path, sentences: called(text, path) }));
  expect(made.filter(({ sentences }) => sentences.length === 0)).toEqual([]);
  expect(made.filter(({ sentences }) => !sentences.every(isSound))).toEqual([]);
});
