import type { Deal, StageRef } from '../entities.ts';
import { isOn } from '../people/names.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Person } from '../person.ts';
import type { Rules } from '../rules/rules.ts';
import type { DealContext, PlanContext } from './plan-types.ts';

/**
 * The deal from which the person's attributes come when another deal enters a stage: with a pipeline in `person.deal`, the deal
 * of that pipeline that they follow already, as long as it is open. Null where they follow the deal that moves.
 * @param to the stage that the deal enters
 */
export function attributeSource(
  known: KnownPerson | undefined,
  to: StageRef,
  { deals }: PlanContext,
  { deal: rule }: Rules,
): (DealContext & { deal: Deal }) | null {
  if (rule.kind !== 'pipeline' || to.pipelineId === rule.pipelineId) return null;
  const found = deals.find(({ deal }) => deal !== null && deal.id === known?.dealId);
  if (!known || !found?.deal || known.attributes === null) return null;
  const { deal } = found;
  const follows = !deal.isClosed && deal.stage.pipelineId === rule.pipelineId && isOn(known, deal.id);
  return follows ? { ...found, deal } : null;
}

/** Says that the person's attributes come from another deal. */
export function followsOther({ email, person }: Person, { id }: Deal, { deal: rule }: Rules): string {
  const pipeline = rule.kind === 'pipeline' ? ` of the pipeline ${rule.pipelineName}` : '';
  return `The attributes of ${email ?? person} come from deal ${id}, an open deal${pipeline} (person.deal).`;
}
