import { expect, it } from 'vitest';
import { envFileLine, parseEnvFile } from './env-file.ts';

it('reads values as a shell and Docker do: comments, export, quotes, several lines', () => {
  const text = [
    '# Kommo',
    '',
    'KOMMO_URL=https://acme.kommo.com   # the account',
    'export KOMMO_TOKEN="a # b"',
    "KEY='-----BEGIN",
    'not=a variable',
    "-----END'",
    'EMPTY=',
    'PADDED = abc==',
  ].join('\r\n');
  const { values, errors, warnings } = parseEnvFile(text);
  expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
  expect(values).toEqual({
    KOMMO_URL: 'https://acme.kommo.com',
    KOMMO_TOKEN: 'a # b',
    KEY: '-----BEGIN\nnot=a variable\n-----END',
    EMPTY: '',
    PADDED: 'abc==',
  });
});

it.each([
  ['KOMMO_TOKEN abc', 'this is not NAME=value'],
  ['KOMMO_TOKEN: abc', 'this is not NAME=value'],
  ['=abc', 'the text before = is not the name of a variable (letters, digits and _)'],
  ['KOMMO TOKEN=abc', 'the text before = is not the name of a variable (letters, digits and _)'],
  ['KOMMO_TOKEN="abc', 'the quote " of KOMMO_TOKEN is not closed'],
])('names the line of %s', (line, message) => {
  expect(parseEnvFile(`A=1\n${line}\nB=2\n`).errors).toEqual([{ line: 2, message }]);
});

it('warns of a name that is set twice, and of a value that a # cuts', () => {
  expect(parseEnvFile('A=1\nA=2\nB=12#34 # really').warnings).toEqual([
    { line: 2, message: 'A is set in line 1 already; this value counts' },
    { line: 3, message: 'the value of B ends before the #: put it in quotes if the # belongs to it' },
  ]);
});

it.each(['plain', 'a#b', "it's", 'a"b\\n', "both ' and `", "it's `#`"])(
  'writes a line that reads as %s',
  (value) => {
    expect(parseEnvFile(envFileLine('NAME', value)).values).toEqual({ NAME: value });
  },
);

it('says that a value with all quotes cannot be written, instead of writing another one', () => {
  expect(() => envFileLine('NAME', `'"\`#`)).toThrow('has all kinds of quotes');
});
