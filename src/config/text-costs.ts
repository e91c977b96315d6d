import type { Rules } from '../domain/rules/rules.ts';
import { type CostlyText, checkTextCosts } from '../domain/rules/text-costs.ts';
import { type ConfigProblem, type KeyPath, shownProblems } from './problems.ts';
import type { RulesConfig } from './types.ts';

/**
 * The texts that cost more to render than the texts of one event may, each with its place: their events would be ignored.
 * Renders every text, which takes up to half a second.
 */
export function costlyTexts(config: RulesConfig): ConfigProblem[] {
  const costly = checkTextCosts(withoutIds(config));
  return shownProblems(
    costly.map(({ path, message }) =>
      config.problem(
        keyPathOf(path, config),
        message.replace(/\.$/, ''),
        'Make the text or its loops shorter.',
      ),
    ),
  );
}

/** The texts need no ids: the names are for the messages. */
function withoutIds({ person, stages, problem: _, ...rest }: RulesConfig): Rules {
  return {
    ...{ ...person, ...rest, deal: { kind: 'last_changed' } },
    stages: stages.map((rule) => ({
      ...{ bulkGuard: null, quietHours: null, ...rule },
      ...{ pipelineId: 0, pipelineName: rule.pipeline, stageId: 0, stageName: rule.stage },
    })),
  };
}

/** The file has attributes below `person`, and reactions by name with their fields in `field`. */
function keyPathOf([part, ...rest]: CostlyText['path'], { reactions }: RulesConfig): KeyPath {
  if (part === undefined) return [];
  if (part === 'attributes') return ['person', part, ...rest];
  if (part !== 'reactions') return [part, ...rest];
  const [index, key, ...below] = rest;
  const name = reactions[Number(index)]!.name;
  return [part, name, ...(key === undefined ? [] : [key === 'fields' ? 'field' : key]), ...below];
}
