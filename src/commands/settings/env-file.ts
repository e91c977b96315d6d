import { parseEnv } from 'node:util';

/** What is wrong in a line of an env file. Never quotes the line, which may have a secret. */
export interface LineFault {
  line: number;
  message: string;
}

export interface EnvFileText {
  values: Record<string, string>;
  errors: LineFault[];
  warnings: LineFault[];
}

const NAME = /^[A-Za-z_]\w*$/;
/** The start of a line as Node reads it: an optional `export`, the name, and a quote where the value begins with one. */
const ASSIGNMENT = /^\s*(?:export\s+)?([^=]*?)\s*=[ \t]*(["'`]?)/;

/**
 * Reads the text of an env file with Node's own parser, which passes over what it does not understand. So every line is
 * looked at by itself as well, for a mistake that would otherwise show as a missing variable.
 */
export function parseEnvFile(text: string): EnvFileText {
  const errors: LineFault[] = [];
  const warnings: LineFault[] = [];
  const lineOf = new Map<string, number>();
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    const number = index + 1;
    if (/^\s*(#|$)/.test(line)) continue;
    const [start = '', name = '', quote = ''] = ASSIGNMENT.exec(line) ?? [];
    const fault = faultOfName(name, line);
    if (fault !== null) {
      errors.push({ line: number, message: fault });
      continue;
    }
    const earlier = lineOf.get(name);
    if (earlier !== undefined)
      warnings.push({
        line: number,
        message: `${name} is set in line ${earlier} already; this value counts`,
      });
    lineOf.set(name, number);
    const value = line.slice(start.length);
    if (quote === '') {
      if (/\S#/.test(value)) warnings.push({ line: number, message: cutAtHash(name) });
      continue;
    }
    const more = linesOfQuote(lines, index, value, quote);
    if (more === null) errors.push({ line: number, message: `the quote ${quote} of ${name} is not closed` });
    else index += more;
  }
  return { values: { ...parseEnv(text) } as Record<string, string>, errors, warnings };
}

function faultOfName(name: string, line: string): string | null {
  if (NAME.test(name)) return null;
  if (line.includes('=')) return 'the text before = is not the name of a variable (letters, digits and _)';
  return 'this is not NAME=value';
}

const cutAtHash = (name: string) =>
  `the value of ${name} ends before the #: put it in quotes if the # belongs to it`;

/** How many further lines a quoted value has; null where its quote is never closed. */
function linesOfQuote(lines: string[], index: number, value: string, quote: string): number | null {
  if (value.includes(quote)) return 0;
  const end = lines.findIndex((line, at) => at > index && line.includes(quote));
  return end === -1 ? null : end - index;
}

/** A line of an env file that reads as this value. @throws where no quoting can write the value */
export function envFileLine(name: string, value: string): string {
  const candidates = [`'${value}'`, `\`${value}\``, `"${value}"`, value].map((text) => `${name}=${text}`);
  const line = candidates.find((text) => {
    const { values, errors, warnings } = parseEnvFile(text);
    return values[name] === value && errors.length + warnings.length === 0;
  });
  if (line !== undefined) return line;
  throw new Error(`The value of ${name} has all kinds of quotes, so that no env file can hold it.`);
}
