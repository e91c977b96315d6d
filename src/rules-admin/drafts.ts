import {
  type ConfigProblem,
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
}

/**
 * The text of a draft.
 * @param base the text that a draft without a text of its own is written into
 * @throws RulesError `invalid` where the draft cannot be written as YAML
 */
export function draftText({ text, tree }: Draft, base: string): string {
  if (tree === undefined) return text ?? base;
  const written = writeRules(text ?? base, withoutUndefined(tree));
  if (written === null) throw new RulesError('invalid', 'These rules cannot be written as YAML.');
  return written;
}

/** @param catalog null: the names of pipelines, stages and fields are not checked */
export function readDraft(text: string, catalog: Catalog | null): ReadDraft {
  const loaded = loadRules(text);
  const { warnings } = loaded;
  if (!loaded.ok) return { text, problems: loaded.problems, warnings, config: null, rules: null };
  const config = loaded.rules;
  if (!catalog) return { text, problems: [], warnings, config, rules: null };
  const resolved = resolveRules(config, catalog);
  return resolved.ok
    ? { text, problems: [], warnings: [...warnings, ...resolved.warnings], config, rules: resolved.rules }
    : { text, problems: resolved.problems, warnings, config, rules: null };
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
