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

/** Creates a problem with the place of `path` in the file: of its value, or of its key with `at` key. */
export type ProblemAt = (
  path: KeyPath,
  message: string,
  hint?: string,
  at?: 'key' | 'value',
) => ConfigProblem;

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

/** The problems in the order of the file, without duplicates. */
export function sortProblems(problems: ConfigProblem[]): ConfigProblem[] {
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const same = `${problem.line}:${problem.column} ${problem.path} ${problem.message}`;
      return !seen.has(same) && seen.add(same);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * Problems for a terminal: place, key, what is wrong, what to do, and the line of the file with a caret. Secrets in that
 * line are masked. Lists the first 50.
 */
export function formatProblems(problems: ConfigProblem[], file: string, text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const shown = problems.slice(0, MAX_LISTED);
  const entries = shown.map((problem) => `${headline(problem, file)}${excerpt(problem, lines)}`);
  const more = problems.length - shown.length;
  return [...entries, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n');
}

const MAX_LISTED = 50;

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
