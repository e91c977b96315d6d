import type { Catalog } from '../../domain/entities.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { type ConfigProblem, shownProblems } from '../problems.ts';
import type { RulesConfig } from '../types.ts';
import { resolveReaction } from './reactions.ts';
import type { Resolution } from './resolution.ts';
import { resolveStages } from './stages.ts';
import { checkText, resolveSources } from './values.ts';

export type ResolveResult =
  | { ok: true; rules: Rules; warnings: ConfigProblem[] }
  | { ok: false; problems: ConfigProblem[] };

/**
 * Resolves a connection's names of pipelines, stages and custom fields to what the account has.
 * Pure. A name that does not exist is a problem, with the names that do. A field that a reaction is to
 * set is only a warning: `stagepost doctor --fix` creates it, and the reaction's other actions work
 * without it.
 */
export function resolveRules(config: RulesConfig, catalog: Catalog): ResolveResult {
  const { person, skipMovesAfterSeconds, stages, reactions, inactivity } = config;
  const resolution: Resolution = { rules: config, catalog, problems: [], warnings: [] };
  const rules: Rules = {
    skipMovesAfterSeconds,
    identifyBy: person.identifyBy,
    contacts: person.contacts,
    attributes: resolveSources(person.attributes, ['person', 'attributes'], resolution),
    stages: resolveStages(stages, resolution),
    reactions: reactions.map((reaction) => resolveReaction(reaction, resolution)),
    inactivity: inactivity.map((rule, index) => {
      checkText(rule.task?.text, ['inactivity', index, 'task', 'text'], resolution);
      return { ...rule };
    }),
  };
  const { problems, warnings } = resolution;
  if (problems.length > 0) return { ok: false, problems: shownProblems(problems) };
  return { ok: true, rules, warnings: shownProblems(warnings, 'warning') };
}
