/*
 * Names that people choose for themselves and for others, such as those of users and tokens. A name stands in the audit
 * log and in the list of versions as who did something, so it must not look like somebody else's.
 */

/** Letters and digits that look like a Latin letter, by that letter. Not Unicode's whole table, but what keyboards write. */
const LOOKALIKES = new Map(
  Object.entries({
    a: 'аɑα',
    b: 'Ььв',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еҽε',
    g: 'ɡ',
    h: 'һн',
    i: 'іıι1l',
    j: 'јϳ',
    k: 'кκ',
    m: 'м',
    n: 'пη',
    o: 'оοσ0',
    p: 'рρ',
    q: 'ԛ',
    r: 'г',
    s: 'ѕ5',
    t: 'тτ',
    u: 'υ',
    v: 'ѵν',
    w: 'ԝω',
    x: 'хχ',
    y: 'уγ',
  }).flatMap(([letter, lookalikes]) => [...lookalikes].map((each) => [each, letter] as const)),
);

/** Names that Stagepost itself uses for who acts, as skeletons. */
const RESERVED = new Set(
  [
    'the commands',
    'commands',
    'a command',
    'nobody',
    'somebody',
    'anybody',
    'anyone',
    'everybody',
    'unknown',
    'system',
    'the system',
    'stagepost',
    'the console',
    'folder',
    'token',
    'user',
  ].map(skeletonOf),
);
/** The beginnings of names under which Stagepost shows tokens. */
const RESERVED_STARTS = ['token', 'folder', 'system', 'stagepost', 'the commands', 'commands'].map(
  skeletonOf,
);

/** Letters of these scripts may not be mixed in one name. Japanese and Korean names mix the scripts of one group. */
const SCRIPTS: RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Thai}/u,
  /\p{Script=Georgian}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
];

/** Controls, unassigned and private characters, line separators, zero-width and bidi characters. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Blank in most fonts, though Unicode counts them as letters or symbols. */
const BLANK = /[\u2800\u3164\u115F\u1160\uFFA0]/u;
const MAX_MARKS = /\p{M}{3}/u;

/** The name as it is stored: in Unicode's compatibility form (NFKC), with single spaces. */
export function normalizedName(name: string): string {
  return name.normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

/** @returns why a user may not have a normalized name, as the end of a sentence; null where they may. */
export function nameProblem(name: string): string | null {
  const problem = spellingProblem(name);
  if (problem !== null) return problem;
  return isReserved(name) ? 'is reserved, since Stagepost itself acts under such a name' : null;
}

/** What is wrong with the characters of a normalized name; null: nothing. For names that are shown with what they are of. */
export function spellingProblem(name: string): string | null {
  if (name === '') return 'must not be empty';
  if (INVISIBLE.test(name) || BLANK.test(name)) return 'must not contain characters that cannot be seen';
  if (MAX_MARKS.test(name)) return 'must not stack accents';
  if (!/[\p{L}\p{N}]/u.test(name)) return 'needs a letter or a digit';
  if (scriptCount(name) > 1) return 'must not mix letters of several alphabets';
  return null;
}

/** Two names of the same skeleton look alike: `Ann`, `ann` and `аnn` with a Cyrillic letter. Lossy; only to compare. */
export function skeletonOf(name: string): string {
  const plain = normalizedName(name)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}\p{Default_Ignorable_Code_Point}]/gu, '');
  return [...plain].map((character) => LOOKALIKES.get(character) ?? character).join('');
}

/** Characters that cannot be seen, or that change how others are seen, as `\u{…}`: for names and texts of before. */
export function visibleText(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

function scriptCount(name: string): number {
  const letters = [...name].filter((character) => /\p{L}/u.test(character));
  const scripts = letters.map((letter) => SCRIPTS.findIndex((script) => script.test(letter)));
  return new Set(scripts).size;
}

function isReserved(name: string): boolean {
  const letters = skeletonOf(name)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  if (RESERVED_STARTS.some((start) => letters.startsWith(`${start} `))) return true;
  const joined = letters.replaceAll(' ', '');
  for (const reserved of RESERVED) if (reserved.replaceAll(' ', '') === joined) return true;
  return false;
}
