import type { Json } from '../entities.ts';
import { nameOfReaction, nameOfStageRule } from './find-rule.ts';
import { LIMITS } from './liquid/budget.ts';
import { type Scope, TextRenderer, TextTooExpensive } from './render-text.ts';
import type { Reaction, Rules, StageRule, TagRule } from './rules.ts';
import { sampleScopes } from './sample-scope.ts';
import { isTemplate } from './values.ts';

/** A text of the rules that would cost too much. */
export interface CostlyText {
  /** Where it is in `Rules`: `['stages', 0, 'note']`, `['attributes', 'plan']`, `['reactions', 2, 'tags', 'add', 0]`. */
  path: (string | number)[];
  /** A sentence that names the text and its rule: `The note of the stage rule "Sales / Won" is too expensive to render: …` */
  message: string;
}

interface RuleText {
  path: CostlyText['path'];
  text: string;
  place: string;
}

/** How much work the texts of all plans may take together, as a multiple of one plan's: half a second of the processor. */
const MAX_PLANS_AT_LIMIT = 10;

/**
 * Renders every text of the rules for deals whose lists and fields are as long as Kommo allows. The texts of one plan
 * share its budget, as they do when an event is planned.
 * @param scopes default: those of `sampleScopes`.
 * @returns the texts beyond the budget, each once; errors of another kind are left to the check of the syntax. Where the
 *   texts of all rules together take too much work, the last one is about the rules as a whole, and the others are not
 *   rendered.
 */
export function checkTextCosts(rules: Rules, scopes: readonly Scope[] = sampleScopes()): CostlyText[] {
  const costly = new Map<string, CostlyText>();
  let work = 0;
  for (const scope of scopes) {
    // The attributes are part of each stage's plan: they are rendered once, and their cost is where every stage begins.
    const attributes = new TextRenderer();
    const plans = [
      { texts: textsOfPerson(rules), renderer: attributes },
      ...textsOfStages(rules).map((texts) => ({ texts, begunBy: attributes })),
      ...textsOfOtherPlans(rules).map((texts) => ({ texts })),
    ];
    for (const { texts, begunBy, renderer = new TextRenderer(begunBy) } of plans as PlanTexts[]) {
      for (const problem of tooExpensive(texts, scope, renderer))
        costly.set(JSON.stringify(problem.path), problem);
      work += renderer.workDone - (begunBy?.workDone ?? 0);
      if (work > LIMITS.work * MAX_PLANS_AT_LIMIT) return [...costly.values(), TOO_MUCH_WORK];
    }
  }
  return [...costly.values()];
}

interface PlanTexts {
  texts: RuleText[];
  renderer?: TextRenderer;
  /** The renderer of the texts that come before them in the same plan. */
  begunBy?: TextRenderer;
}

const TOO_MUCH_WORK: CostlyText = {
  path: [],
  message: 'The texts of these rules together are too expensive to render.',
};

/** Stops at the first text of the plan that exceeds the budget, because nothing is left of it for the others. */
function tooExpensive(texts: RuleText[], scope: Scope, renderer: TextRenderer): CostlyText[] {
  for (const { path, text, place } of texts) {
    try {
      renderer.render(text, scope, place);
    } catch (error) {
      if (error instanceof TextTooExpensive) return [{ path, message: error.message }];
    }
  }
  return [];
}

function textsOfPerson({ attributes }: Rules): RuleText[] {
  return Object.entries(attributes).flatMap(([name, source]) =>
    textAt(source, ['attributes', name], `The attribute "${name}"`),
  );
}

/** For each stage, the texts that are rendered after the attributes. */
function textsOfStages({ stages }: Rules): RuleText[][] {
  return stages.map((rule, index) => textsOfStage(rule, ['stages', index]));
}

/** The texts that are rendered together for one event, for each reaction and inactivity rule. */
function textsOfOtherPlans({ reactions, inactivity }: Rules): RuleText[][] {
  return [
    ...reactions.map((reaction, index) => textsOfReaction(reaction, ['reactions', index])),
    ...inactivity.map(({ start, task }, index) =>
      textAt(task?.text, ['inactivity', index, 'task', 'text'], `The task of the inactivity rule "${start}"`),
    ),
  ];
}

function textsOfStage(rule: StageRule, path: CostlyText['path']): RuleText[] {
  const owner = nameOfStageRule(rule);
  return [
    ...Object.entries(rule.data).flatMap(([name, source]) =>
      textAt(source, [...path, 'data', name], `The data "${name}" of ${owner}`),
    ),
    ...textAt(rule.note, [...path, 'note'], `The note of ${owner}`),
    ...textsOfTags(rule.tags, path, owner),
  ];
}

function textsOfReaction(reaction: Reaction, path: CostlyText['path']): RuleText[] {
  const owner = nameOfReaction(reaction);
  return [
    ...Object.entries(reaction.fields).flatMap(([field, text]) =>
      textAt(text, [...path, 'fields', field], `The field "${field}" of ${owner}`),
    ),
    ...textAt(reaction.note, [...path, 'note'], `The note of ${owner}`),
    ...textsOfTags(reaction.tags, path, owner),
    ...textAt(reaction.task?.text, [...path, 'task', 'text'], `The task of ${owner}`),
  ];
}

function textsOfTags(tags: TagRule | null, path: CostlyText['path'], owner: string): RuleText[] {
  return (['add', 'remove'] as const).flatMap((key) =>
    (tags?.[key] ?? []).flatMap((text, index) =>
      textAt(text, [...path, 'tags', key, index], `A tag of ${owner}`),
    ),
  );
}

function textAt(source: Json | undefined, path: CostlyText['path'], place: string): RuleText[] {
  return typeof source === 'string' && isTemplate(source) ? [{ path, text: source, place }] : [];
}
