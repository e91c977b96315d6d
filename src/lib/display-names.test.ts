import { describe, expect, it } from 'vitest';
import { nameProblem, normalizedName, skeletonOf, spellingProblem, visibleText } from './display-names.ts';

const problemOf = (name: string) => nameProblem(normalizedName(name));

it.each([
  'Ann',
  'Zoë Núñez-O’Hara',
  'admin',
  'demo',
  'Ann 2',
  'ann@acme.example',
  'Анна Петрова',
  '田中さん',
  'ci',
  'Tokenya',
  'Ulla (sales)',
])('%s may be a name', (name) => expect(problemOf(name)).toBeNull());

it.each([
  'the commands',
  'The  Commands',
  'THE COMMANDS!',
  'the cοmmands',
  'thе соmmаnds',
  't h e commands',
  'the-commands',
  'nobody',
  'n0body',
  'Somebody',
  'system',
  'ѕуѕтем',
  'token t-admin',
  'Token: x',
  'ｔｏｋｅｎ x',
  'unknown',
])('%s is reserved, or imitates what is', (name) => expect(problemOf(name)).not.toBeNull());

it('the name of a token may begin with what is reserved for users, since it is shown as that of a token', () => {
  expect(spellingProblem('stagepost reports')).toBeNull();
  expect(spellingProblem('an\u200Bn')).not.toBeNull();
});

describe('what cannot be seen', () => {
  it.each([
    ['a zero-width space', 'an\u200Bn'],
    ['a bell and a line break', 'ann\u0007\n| admin'],
    ['a bidi override', 'ann\u202Enimda'],
    ['a soft hyphen', 'an\u00ADn'],
    ['a variation selector', 'ann\uFE0F'],
    ['a tag character', 'ann\u{E0041}'],
    ['a blank letter', 'ann\u3164'],
    ['a private character', 'ann\uE000'],
  ])('is refused: %s', (_what, name) => expect(problemOf(name)).toMatch(/cannot be seen/));

  it('is shown escaped in names that are there already', () => {
    expect(visibleText('an\u200Bn\u202E\u0007')).toBe('an\\u{200b}n\\u{202e}\\u{7}');
    expect(visibleText('Zoë 田中')).toBe('Zoë 田中');
  });
});

it('names that mix alphabets are refused, and names that look alike have one skeleton', () => {
  expect(problemOf('аnn')).toMatch(/alphabets/);
  expect(skeletonOf('аса')).toBe(skeletonOf('ACA'));
});

it.each(['', '   ', '---', '…'])('"%s" is no name', (name) => expect(problemOf(name)).not.toBeNull());
