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
import { type Draft, type DraftProblem, type DraftTree, draftTree } from '../http/api/contract.ts';

/** A draft that was looked at. */
export interface ReadDraft {
  text: string;
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
  /** Null where the text cannot be understood; names may still be wrong. */
  config: RulesConfig | null;
  /** Null where there are problems. */
  rules: Rules | null;
}

/** The draft as a text. @param base the text that data alone goes into */
export function textOf({ text = undefined, tree }: Draft, base: string): string {
  return tree === undefined ? (text ?? base) : writeRules(text ?? base, entriesOf(tree));
}

/** @param catalog null: names are not looked up */
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

/** The rules of a text as a form shows them; null where they do not have the form's shape. */
export function treeOf(text: string): DraftTree | null {
  const parsed = draftTree.safeParse(readRulesTree(text));
  return parsed.success ? parsed.data : null;
}

export function problemOf({ path, line, column, message, hint }: ConfigProblem): DraftProblem {
  return { path: parseKeyPath(path), line, column, message, hint: hint ?? null };
}

/** A problem in a line, for whoever has no form to show it in. */
export function problemMessage({ path, line, column, message, hint }: ConfigProblem): string {
  const where = path === '' ? `line ${line}, column ${column}` : `${path} (line ${line}, column ${column})`;
  return `${where}: ${message}.${hint ? ` ${hint}` : ''}`;
}

/** Keys that were left out on purpose come as undefined from code, never from JSON. */
function entriesOf(tree: DraftTree): Parameters<typeof writeRules>[1] {
  return JSON.parse(JSON.stringify(tree));
}
