import { createRequire } from 'node:module';
import type { CountryCode } from 'libphonenumber-js/min';

type Library = typeof import('libphonenumber-js/min');

/** A phone number in a form has fewer characters, with its extension and a second number. */
const MAX_CHARACTERS = 300;
/** The fewest digits of a number without a country code: "12345" is no phone number, though German ones may be as short. */
const FEWEST_DIGITS = 7;
/** The fewest digits of a number that begins with the country code of its account but has lost the plus. */
const FEWEST_INTERNATIONAL_DIGITS = 11;
/** The fewest digits of a number that has the form of its country and is not in use. */
const FEWEST_UNUSED_DIGITS = 10;
/** The fewest digits of each of several numbers in a row: fewer may be a date, or a part of a number. */
const FEWEST_OF_SEVERAL = 9;
/** The same where both have blanks of their own: a bank card has 16 digits in all. */
const FEWEST_OF_TWO = 11;

const load = createRequire(import.meta.url);
/** Loaded with the first number: it takes longer than all other modules together. */
let library: Library | null = null;

/**
 * The first phone number in a text, in E.164 (`+15550100000`), without its extension; null where there is none.
 * @param country of numbers without a country code (ISO 3166); null: only international numbers are read
 */
export function e164(text: string, country: string | null): string | null {
  if (text.length > MAX_CHARACTERS || !/\p{Nd}/u.test(text)) return null;
  const home = supportedCountry(country);
  const visible = inDigits(withoutMarks(text), home);
  if (DATE.test(visible) || POWER_OF_TEN.test(visible)) return null;
  for (const part of partsOf(visible)) {
    const number = numberIn(part.trim(), home);
    if (number !== null) return number;
  }
  return null;
}

const DATE = /^(?:(?:19|20)\d\d([-./])\d\d?\1\d\d?|\d\d?([-./])\d\d?\2(?:19|20)\d\d)(?:[ T]\d|$)/;

/** What a spreadsheet has made of a number: the last digits are lost. */
const POWER_OF_TEN = /^\d[.,]\d+E\+?\d+$/i;

/** The text as a person sees it, without what programs add to a number. */
function withoutMarks(text: string): string {
  return (
    text
      .normalize('NFKC')
      // Address books add marks of the direction of writing.
      .replace(/[\p{Cf}\p{Cc}_]/gu, (mark) => (/[\n\r\t]/.test(mark) ? '\n' : ' '))
      .trim()
      .replace(/^(?:tel|sip|callto):(?:\/\/)?/i, '')
      .replace(/^(?:%2B|\++)/i, '+')
      // A spreadsheet has made a decimal of the number.
      .replace(/^(\+?\d+)\.0$/, '$1')
      // Codes that hide the caller's number: `*67` in North America, `#31#` elsewhere.
      .replace(/^(?:\*\d\d|[*#]31#)\s*(?=[+\d(])/, '')
  );
}

/** The characters of one number in a text. */
const NUMBER = /(?<![\p{L}\p{Nd}.@][-.]?)\+?\(?[+\p{Nd}][\p{Nd}\s().\-‐-―~/]*(?![\p{L}@])/gu;

/**
 * What may be a number, the most likely first: the whole text; what commas, a further plus or letters separate ("8 999 … вн. 12");
 * and at last what slashes and blanks do, for "030/1234567" is one number.
 */
function* partsOf(text: string): Generator<string> {
  yield text;
  yield* splitFurther([text], /[,;|&\\\n]/);
  const runs = text.split(/(?<=\d.*)(?=\+)/).flatMap((part) => part.match(NUMBER) ?? []);
  yield* runs;
  yield* splitFurther(runs, /\//);
  for (const run of runs) yield* numbersIn(run);
}

/** Two numbers with nothing but a blank between them. */
function numbersIn(run: string): string[] {
  const words = run.trim().split(/\s+/);
  if (words.length > 1 && words.every((word) => digitsOf(word).length >= FEWEST_OF_SEVERAL)) return words;
  const digits = digitsOf(run);
  const half = digits.length / 2;
  return half >= FEWEST_OF_TWO && Number.isInteger(half) ? [digits.slice(0, half), digits.slice(half)] : [];
}

function splitFurther(texts: string[], separator: RegExp): string[] {
  return texts.flatMap((text) => {
    const parts = text.split(separator);
    return parts.length > 1 ? parts : [];
  });
}

function numberIn(text: string, country: CountryCode | null): string | null {
  if (digitsOf(text).length < FEWEST_DIGITS) return null;
  const parsed = obsoleteNumber(text, country) ?? parsedNumber(text, country);
  // "0000000000" is typed where a form demands a number.
  return parsed !== null && /^\+\d{0,3}(\d)\1{6,}$/.test(parsed) ? null : parsed;
}

function parsedNumber(text: string, country: CountryCode | null): string | null {
  if (text.startsWith('+')) {
    // "+8 999 …" has a plus that does not belong to it. What begins with the country's code is an international number.
    const digits = text.slice(1);
    const abroad = international(text, 'possible');
    if (abroad !== null || hasCountryCode(digits, country)) return abroad;
    return national(digits, country) ?? (digits.startsWith('0') ? national(digits.slice(1), country) : null);
  }
  return (
    withoutPlus(text, country) ??
    national(text, country) ??
    // "79991234567" in an account of another country has lost its plus.
    international(`+${text.replace(/^\(?00\)?/, '')}`, 'valid')
  );
}

/** "49151…" in Germany, where numbers are so different in length that it would pass for a number of that country. */
function withoutPlus(text: string, country: CountryCode | null): string | null {
  const digits = digitsOf(text);
  const mayBe = digits.length >= FEWEST_INTERNATIONAL_DIGITS && hasCountryCode(digits, country);
  return mayBe ? international(`+${text}`, 'valid') : null;
}

function hasCountryCode(text: string, country: CountryCode | null): boolean {
  return country !== null && digitsOf(text).startsWith(libphonenumber().getCountryCallingCode(country));
}

/** Ways of writing that their countries have given up, and address books and messengers have not. */
const OBSOLETE: { country: CountryCode; digits: RegExp; code: string; isFromAbroad?: true }[] = [
  // Mexico until 2019: a 1 before mobile numbers from abroad, which WhatsApp still has; 044, 045 and 01 within the country.
  { country: 'MX', digits: /^(?:00)?521(\d{10})$/, code: '+52', isFromAbroad: true },
  { country: 'MX', digits: /^(?:044|045|01|1)(\d{10})$/, code: '+52' },
  // Ukraine until 2009: 8 0 before the number.
  { country: 'UA', digits: /^80(\d{9})$/, code: '+380' },
];

function obsoleteNumber(text: string, country: CountryCode | null): string | null {
  if (/\p{L}/u.test(text)) return null;
  const digits = digitsOf(text);
  for (const way of OBSOLETE) {
    const [, number] = way.digits.exec(digits) ?? [];
    if (number !== undefined && (way.isFromAbroad || (way.country === country && !text.startsWith('+'))))
      return international(way.code + number, 'valid');
  }
  return null;
}

/** @param demand `possible`: only the length is known to be right */
function international(text: string, demand: 'valid' | 'possible'): string | null {
  const number = libphonenumber().parsePhoneNumberFromString(text);
  if (!number) return null;
  return number.isValid() || (demand === 'possible' && number.isPossible()) ? number.number : null;
}

/**
 * A foreign number without its country code is as long as many of this country: it must be a valid one. Of the form of the country
 * it may be a number that is not in use, as in examples: 07700 900123.
 */
function national(text: string, country: CountryCode | null): string | null {
  if (country === null) return null;
  const number = libphonenumber().parsePhoneNumberFromString(text, country);
  if (!number || number.nationalNumber.length < FEWEST_DIGITS) return null;
  const hasForm = NORTH_AMERICAN.test(number.number) || digitsOf(text) === `0${number.nationalNumber}`;
  const mayBe = hasForm && number.nationalNumber.length >= FEWEST_UNUSED_DIGITS && number.isPossible();
  return mayBe || number.isValid() ? number.number : null;
}

const NORTH_AMERICAN = /^\+1[2-9]/;

/** "1-800-FLOWERS" in digits. Elsewhere than in North America's free numbers, letters are names and extensions. */
function inDigits(text: string, country: CountryCode | null): string {
  if (!FREE_NUMBER.test(text) || !(text.startsWith('+1') || hasCountryCode('1', country))) return text;
  return text.replace(/[A-Z]/gi, (letter) => KEYS[letter.toUpperCase().charCodeAt(0) - 65]!);
}

const FREE_NUMBER = /^(?:\+?1[\s.-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[\s.-]?(?=.*[A-Z])[A-Z\d-]{7,9}$/i;

/** The digit of each letter on a keypad. */
const KEYS = '22233344455566677778889999';

function supportedCountry(country: string | null): CountryCode | null {
  const code = country?.toUpperCase() ?? '';
  return libphonenumber().isSupportedCountry(code) ? code : null;
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

function libphonenumber(): Library {
  library ??= load('libphonenumber-js/min') as Library;
  return library;
}
