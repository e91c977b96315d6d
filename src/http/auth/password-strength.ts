import { COMMON_WORDS } from './common-words.ts';

/*
 * What a stranger tries first must not be a password (NIST SP 800-63B, 5.1.1.2: common ones, repeats, sequences and the name
 * are refused, and no mixture of kinds of characters is asked for). zxcvbn-ts would judge better, with 1.5 MB of dictionaries.
 */

/** A password needs so many different characters. */
const MIN_DISTINCT = 5;
/** At most this share of a password may follow from the character before: repeats and neighbours. */
const MAX_PREDICTABLE = 0.6;
/** Apart from common words a password needs so many letters. */
const MIN_OTHER_LETTERS = 5;
/** Keys that lie next to each other, on keyboards of several languages. */
const ROWS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  '1234567890',
  '0987654321',
];
const LOOKALIKES: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/**
 * @param name the user's
 * @returns why this is no good password, as the rest of a sentence; null where it may be one
 */
export function passwordProblem(password: string, name: string): string | null {
  const text = password.normalize('NFKC').toLowerCase();
  const characters = [...text];
  if (new Set(characters).size < MIN_DISTINCT) return `needs ${MIN_DISTINCT} different characters or more`;
  if (isRepeated(characters)) return 'repeats one part';
  if (predictableShare(characters) > MAX_PREDICTABLE) return 'is a sequence';
  if (isMadeOf(text, [...COMMON_WORDS, ...wordsOf(name)]))
    return 'is one that is tried first: a common word, or the name, with little else';
  return null;
}

/** Whether the whole text is one shorter part again and again; the last one may be cut. */
function isRepeated(characters: string[]): boolean {
  for (let size = 1; size <= characters.length / 2; size += 1)
    if (characters.every((character, index) => character === characters[index % size])) return true;
  return false;
}

function predictableShare(characters: string[]): number {
  const pairs = characters.slice(1).map((next, index) => isNeighbour(characters[index]!, next));
  return pairs.filter(Boolean).length / Math.max(1, pairs.length);
}

/** The same character again, the next or previous one in the alphabet, or the next key of a row. */
function isNeighbour(before: string, next: string): boolean {
  if (Math.abs(before.codePointAt(0)! - next.codePointAt(0)!) <= 1) return true;
  return ROWS.some((row) => row.includes(before + next) || row.includes(next + before));
}

/** Whether a text has one of these words and few letters beside such words, read with and without look-alike digits. */
function isMadeOf(text: string, words: string[]): boolean {
  const replaced = [...text].map((character) => LOOKALIKES[character] ?? character).join('');
  return [text, replaced].some((reading) => {
    const rest = withoutWords(reading, words);
    return (
      rest !== reading && [...rest].filter((character) => /\p{L}/u.test(character)).length < MIN_OTHER_LETTERS
    );
  });
}

/** Long words first: "password" is not "pass" with "word". */
function withoutWords(text: string, words: string[]): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replaceAll(word, ' '), text);
}

function wordsOf(name: string): string[] {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3);
}
