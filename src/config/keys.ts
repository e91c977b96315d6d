import { z } from 'zod';
import type { Hint } from './problems.ts';

/** Notes a mistake in a value; what the reader then returns is not used. */
export type AddProblem = (message: string, hint?: Hint) => never;

/** A kind of text: how the reference calls it, and how it is read. */
export interface TextKind<T> {
  label: string;
  read(text: string, refuse: AddProblem): T;
}

/** What the reference says of a key besides zod's own `description`. */
export interface KeyNotes {
  description: string;
  label: string;
  /** As the file would write it. */
  default?: string;
  required?: boolean;
}

/** A key that must be there. */
export function required<T>(kind: TextKind<T>, about: string) {
  return z
    .unknown()
    .transform((raw, context): T => readText(kind, raw, context))
    .meta({ description: about, label: kind.label, required: true } satisfies KeyNotes);
}

/**
 * A key that may be missing or empty (`${NAME:-}`).
 * @param written the default as the reference shows it
 */
export function optional<T, D>(kind: TextKind<T>, fallback: D, about: string, written?: string) {
  return z
    .unknown()
    .transform((raw, context): T | D =>
      typeof raw === 'string' && raw.trim() === '' ? fallback : readText(kind, raw, context),
    )
    .prefault('')
    .meta({ description: about, label: kind.label, default: written } satisfies KeyNotes);
}

/** One text, or a list of them. Empty items are left out; `about` must say what the list is for. */
export function oneOrMore<T>(kind: TextKind<T>, about: string) {
  return z
    .unknown()
    .transform((raw, context): T[] => {
      if (!Array.isArray(raw)) return [readText(kind, raw, context)];
      const filled = raw.flatMap((item, index) => (item === '' ? [] : [{ item, index }]));
      if (filled.length === 0) context.addIssue({ code: 'custom', message: 'is empty' });
      return filled.map(({ item, index }) => readText(kind, item, context, [index]));
    })
    .meta({ description: about, label: `${kind.label}, or a list`, required: true } satisfies KeyNotes);
}

/**
 * A list of texts that may be missing, but not empty.
 * @param written the default as the reference shows it
 */
export function list<T>(kind: TextKind<T>, about: string, written = 'none') {
  return z
    .unknown()
    .transform((raw, context): T[] => {
      if (!Array.isArray(raw)) {
        const hint = typeof raw === 'string' && raw.trim() !== '' ? listHint(kind, raw.trim()) : undefined;
        const message = raw === null ? 'is empty' : 'must be a list';
        context.addIssue({ code: 'custom', message, ...(hint ? { params: { hint } } : {}) });
        return [];
      }
      if (raw.length === 0) context.addIssue({ code: 'custom', message: 'is empty' });
      return raw.map((item, index) => readText(kind, item, context, [index]));
    })
    .optional()
    .meta({ description: about, label: `a list, each ${kind.label}`, default: written } satisfies KeyNotes);
}

/** The list that was meant by a text: of several items where the text is none, as `won lost`, else of one. */
function listHint<T>(kind: TextKind<T>, text: string): string {
  const words = text.split(/[\s,]+(?:(?:or|and)\s+)?/).filter((word) => word !== '');
  const items = !isReadable(kind, text) && words.every((word) => isReadable(kind, word)) ? words : [text];
  return `Write [${items.join(', ')}].`;
}

function isReadable<T>(kind: TextKind<T>, text: string): boolean {
  let isRefused = false;
  kind.read(text, () => {
    isRefused = true;
    return undefined as never;
  });
  return !isRefused;
}

/** An item of a list or a value of a map. */
export function value<T>(kind: TextKind<T>) {
  return z
    .unknown()
    .transform((raw, context): T => readText(kind, raw, context))
    .meta({ label: kind.label });
}

interface IssueContext {
  addIssue(issue: {
    code: 'custom';
    message: string;
    path?: PropertyKey[];
    params?: { hint?: Hint };
    input?: unknown;
  }): void;
}

function readText<T>(kind: TextKind<T>, raw: unknown, context: IssueContext, path: PropertyKey[] = []): T {
  const refuse = ((message, hint) => {
    context.addIssue({ code: 'custom', message, path, ...(hint ? { params: { hint } } : {}) });
  }) as AddProblem;
  if (raw === undefined) return refuse('is missing');
  if (raw === null) return refuse('is empty');
  if (typeof raw !== 'string')
    return refuse(`must be ${kind.label}, not ${Array.isArray(raw) ? 'a list' : 'keys'}`);
  const text = raw.trim();
  return text === '' ? refuse('is empty') : kind.read(text, refuse);
}
