import { maskedLine } from './mask.ts';

/** An error or warning about the configuration, with its place. */
export interface ConfigProblem {
  /** What is wrong, without a full stop. */
  message: string;
  /** The key: `connections.acme.stages[2].event`. Empty where the file itself is wrong. */
  path: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** How to fix it, in whole sentences. */
  hint?: string;
}

/** A place in the tree of the configuration: names of keys, indexes in lists. */
export type KeyPath = readonly (string | number)[];

/** A hint, or what finds it: a search for the nearest name is made only for problems that are shown. */
export type Hint = string | (() => string | undefined);

export function textOfHint(hint: Hint | undefined): string | undefined {
  return typeof hint === 'function' ? hint() : hint;
}

/** A problem before it is decided which ones are shown. */
export interface Finding extends Omit<ConfigProblem, 'hint'> {
  hint?: Hint | undefined;
}

/** Creates a problem with the place of `path` in the file: of its value, or of its key with `at` key. */
export type ProblemAt = (path: KeyPath, message: string, hint?: Hint, at?: 'key' | 'value') => Finding;

/** `connections.acme.stages[2].event`; a key with other characters than a word's is quoted. */
export function formatKeyPath(path: KeyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The inverse of `formatKeyPath`. */
export function parseKeyPath(text: string): (string | number)[] {
  return [...text.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([\w-]+)/g)].map(([, index, quoted, word]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? word! : (JSON.parse(quoted) as string);
  });
}

/** How many problems are shown: nobody corrects more at once, and one slip can cause thousands. */
const MAX_SHOWN = 50;
/** A message can quote a text of the file. */
const MAX_MESSAGE = 400;
const MAX_HINT = 2_000;

/**
 * The first fifty problems in the order of the file, without duplicates, with their hints. One more says how many others
 * there are.
 * @param noun for the last one
 * @param editOf gives the change to make to a problem, such as masking what must not be shown
 */
export function shownProblems(
  findings: Finding[],
  noun: 'mistake' | 'warning' = 'mistake',
  editOf: (finding: Finding) => (problem: ConfigProblem) => ConfigProblem = () => (problem) => problem,
): ConfigProblem[] {
  const sorted = sortProblems(findings);
  const shown = sorted.slice(0, MAX_SHOWN).map((finding) => shortened(editOf(finding)(withHint(finding))));
  const next = sorted[MAX_SHOWN];
  if (!next) return shown;
  const others = sorted.length - MAX_SHOWN;
  const { line, column } = next;
  const message = others === 1 ? `there is one more ${noun}` : `there are ${others} more ${noun}s`;
  const hint = 'What is not listed here is listed once the others are corrected.';
  return [...shown, { message, path: '', line, column, hint }];
}

function withHint({ hint, message, ...place }: Finding): ConfigProblem {
  const text = textOfHint(hint);
  return { message, ...place, ...(text ? { hint: text } : {}) };
}

function shortened({ message, hint, ...place }: ConfigProblem): ConfigProblem {
  return {
    message: cut(message, MAX_MESSAGE),
    ...place,
    ...(hint === undefined ? {} : { hint: cut(hint, MAX_HINT) }),
  };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}

/** The problems in the order of the file, without duplicates. */
export function sortProblems(problems: Finding[]): Finding[] {
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const same = `${problem.line}:${problem.column} ${problem.path} ${problem.message}`;
      return !seen.has(same) && seen.add(same);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The most names in a message: an account can have hundreds of fields, and rules as many events. */
const MAX_LISTED_NAMES = 40;

/** `a, b, c and 7 more` */
export function listOf(names: readonly string[]): string {
  const others = names.length - MAX_LISTED_NAMES;
  return `${names.slice(0, MAX_LISTED_NAMES).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

/**
 * Problems for a terminal: place, key, what is wrong, what to do, and the line of the file with a caret. Secrets in that
 * line are masked.
 */
export function formatProblems(problems: ConfigProblem[], file: string, text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  return problems.map((problem) => `${headline(problem, file)}${excerpt(problem, lines)}`).join('\n');
}

function headline({ line, column, path, message, hint }: ConfigProblem, file: string): string {
  return `${file}:${line}:${column}  ${path === '' ? '' : `${path}: `}${message}.${hint ? ` ${hint}` : ''}\n`;
}

/** Wide enough for a rule in one line, narrow enough for a terminal. */
const WIDTH = 100;

function excerpt({ line, column }: ConfigProblem, lines: string[]): string {
  const source = maskedLine(lines, line - 1);
  if (source === null || source.trim() === '') return '';
  const at = Math.min(column - 1, source.length);
  const from = at > WIDTH - 20 ? at - 40 : 0;
  const shown = source.slice(from, from + WIDTH);
  const gutter = String(line).padStart(4);
  // Tabs are kept, so that the caret is below the mistake.
  const indent = shown.slice(0, at - from).replace(/[^\t]/g, ' ');
  return `${gutter} | ${shown}\n     | ${indent}^\n`;
}
