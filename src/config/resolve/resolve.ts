import type { Catalog } from '../../domain/entities.ts';
import type { DealRule, Rules } from '../../domain/rules/rules.ts';
import { findNamed } from '../names.ts';
import { type ConfigProblem, shownProblems } from '../problems.ts';
import type { RulesConfig } from '../types.ts';
import { resolveConsent } from './consent.ts';
import { resolveReaction } from './reactions.ts';
import { type Resolution, refuse } from './resolution.ts';
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
  const { person, skipMovesAfterSeconds, waitForContactSeconds, stages, reactions, inactivity } = config;
  const { consent } = config;
  const resolution: Resolution = { rules: config, catalog, problems: [], warnings: [] };
  const rules: Rules = {
    skipMovesAfterSeconds,
    waitForContactSeconds,
    identifyBy: person.identifyBy,
    profiles: person.profiles,
    contacts: person.contacts,
    deal: resolveDealRule(person.deal, resolution),
    attributes: resolveSources(person.attributes, ['person', 'attributes'], resolution),
    stages: resolveStages(stages, resolution),
    reactions: reactions.map((reaction) => resolveReaction(reaction, resolution)),
    inactivity: inactivity.map((rule, index) => {
      checkText(rule.task?.text, ['inactivity', index, 'task', 'text'], resolution);
      return { ...rule };
    }),
    consent: resolveConsent(consent, resolution),
  };
  const { problems, warnings } = resolution;
  if (problems.length > 0) return { ok: false, problems: shownProblems(problems) };
  return { ok: true, rules, warnings: shownProblems(warnings, 'warning') };
}

function resolveDealRule(text: string, resolution: Resolution): DealRule {
  if (text === 'last_changed' || text === 'all') return { kind: text };
  const pipeline = findNamed(text, resolution.catalog.pipelines, 'pipeline');
  if ('found' in pipeline)
    return { kind: 'pipeline', pipelineId: pipeline.found.id, pipelineName: pipeline.found.name };
  refuse(resolution, ['person', 'deal'], pipeline);
  return { kind: 'last_changed' };
}
