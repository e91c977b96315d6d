import {
  type ConfigProblem,
  costlyTexts,
  loadRules,
  parseKeyPath,
  type RulesConfig,
  readRulesTree,
  resolveRules,
  writeRules,
} from '../config/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import { RulesError } from './errors.ts';
import type { DraftProblem } from './rules-service.ts';
import { type Draft, type DraftTree, draftTree } from './schemas.ts';

/** A draft after validation. */
export interface ReadDraft {
  text: string;
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
  /** Null where the text is not valid. Names may still be unknown to Kommo. */
  config: RulesConfig | null;
  /** Null where there are problems, or where no catalog was given. */
  rules: Rules | null;
  /** Whether the only mistakes are names that the catalog does not have: Kommo may have them by now. */
  hasUnknownNames: boolean;
}

/**
 * The text of a draft.
 * @param base the text that a draft without a text of its own is written into
 * @throws RulesError `invalid` where the draft cannot be written as YAML
 */
export function draftText({ text, tree }: Draft, base: string): string {
  if (tree === undefined) return text ?? base;
  const written = writeRules(text ?? base, withoutUndefined(tree));
  if (written === null)
    throw new RulesError(
      'invalid',
      'These rules are longer than rules may be, or cannot be written as YAML.',
    );
  return written;
}

/** @param catalog null: the names of pipelines, stages and fields are not checked */
export function readDraft(text: string, catalog: Catalog | null): ReadDraft {
  const loaded = loadRules(text);
  const read = {
    text,
    problems: [],
    warnings: loaded.warnings,
    config: null,
    rules: null,
    hasUnknownNames: false,
  };
  if (!loaded.ok) return { ...read, problems: loaded.problems };
  const config = loaded.rules;
  const problems = costlyTexts(config);
  if (!catalog || problems.length > 0) return { ...read, config, problems };
  const resolved = resolveRules(config, catalog);
  if (!resolved.ok) return { ...read, config, problems: resolved.problems, hasUnknownNames: true };
  return { ...read, config, rules: resolved.rules, warnings: [...loaded.warnings, ...resolved.warnings] };
}

/** The rules of a text in the shape of the console's form; null where they do not fit it. */
export function treeOf(text: string): DraftTree | null {
  const parsed = draftTree.safeParse(readRulesTree(text));
  return parsed.success ? parsed.data : null;
}

export function draftProblem({ path, line, column, message, hint }: ConfigProblem): DraftProblem {
  return { path: parseKeyPath(path), line, column, message, hint: hint ?? null };
}

const MAX_LISTED_PROBLEMS = 5;

/** @throws RulesError `invalid` with the first problems */
export function assertNoProblems(
  { problems }: Pick<ReadDraft, 'problems'>,
  action: 'tried' | 'published',
): void {
  if (problems.length === 0) return;
  const listed = problems.slice(0, MAX_LISTED_PROBLEMS).map(problemLine).join(' ');
  const others = problems.length - MAX_LISTED_PROBLEMS;
  const more = others > 0 ? ` And ${others} more.` : '';
  throw new RulesError('invalid', `These rules cannot be ${action}. ${listed}${more}`);
}

function problemLine({ path, line, column, message, hint }: ConfigProblem): string {
  const place = path === '' ? `line ${line}, column ${column}` : `${path} (line ${line}, column ${column})`;
  return `${place}: ${message}.${hint ? ` ${hint}` : ''}`;
}

/** Removes keys that are undefined, which the YAML writer does not accept. */
function withoutUndefined(tree: DraftTree): Parameters<typeof writeRules>[1] {
  return JSON.parse(JSON.stringify(tree));
}
