import type { StageRef } from '../entities.ts';
import type { InactivityRule, Reaction, Rules, StageRule } from './rules.ts';

/** As a trace shows the rule that applied. */
export function titleOfStageRule({ pipelineName, stageName, event }: StageRule): string {
  return `${pipelineName} / ${stageName} → ${event}`;
}

/** Names a rule within a sentence for people: `the stage rule "Sales / Won"`. */
export function nameOfStageRule({ pipelineName, stageName }: StageRule): string {
  return `the stage rule "${pipelineName} / ${stageName}"`;
}

/** `the reaction "email_opened"` */
export function nameOfReaction({ name }: Pick<Reaction, 'name'>): string {
  return `the reaction "${name}"`;
}

/** The rule of the stage that a deal entered. */
export function stageRuleFor({ pipelineId, stageId }: StageRef, rules: Rules): StageRule | undefined {
  return rules.stages.find((rule) => rule.pipelineId === pipelineId && rule.stageId === stageId);
}

/**
 * The reaction to a report. Customer.io names a change of subscription after the channel that triggered it, and
 * `customer` where it does not know the channel (its OpenAPI description): the reaction `customer_subscribed` applies to
 * every channel that has no reaction of its own.
 */
export function reactionFor(reportName: string, rules: Rules): Reaction | undefined {
  const named = (name: string) => rules.reactions.find((reaction) => reaction.name === name);
  return (
    named(reportName) ?? (/^[a-z_]+_subscribed$/.test(reportName) ? named('customer_subscribed') : undefined)
  );
}

/** The inactivity rule that a stage's event starts. */
export function inactivityRuleFor(startEvent: string, rules: Rules): InactivityRule | undefined {
  return rules.inactivity.find((rule) => rule.start === startEvent);
}
