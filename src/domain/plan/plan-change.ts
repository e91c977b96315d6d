import { en } from '../../languages/en.ts';
import type { Deal } from '../entities.ts';
import type { ChangeEvent, ContactDeleted } from '../events.ts';
import { attributesOf, type Person, peopleOf, sameAttributes } from '../person.ts';
import type { TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { recordOf } from './client-state.ts';
import { planDealFields } from './deal-fields.ts';
import { formerProfiles } from './former-profiles.ts';
import { addIdentify } from './identify-person.ts';
import { addProfileMerges } from './merge-profiles.ts';
import { type DealContext, noActions, type Plan, type PlanContext } from './plan-types.ts';
import { addRemovedEmails } from './removed-email.ts';
import { afterCorrection } from './repair-bounce.ts';

/**
 * A deal or contact changed without entering a stage: send the person's attributes again if a mapped value has changed.
 * Only people whom a stage has already sent to Customer.io are updated, and only from the deal that moved last: two
 * deals of one person must not overwrite each other's values.
 */
export function planChange(
  event: ChangeEvent | ContactDeleted,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): Plan {
  const result: Plan = { ...noActions(''), dealId: 'dealId' in event ? event.dealId : null };
  const reasons: string[] = [];
  for (const found of context.deals) {
    if (!found.deal) {
      reasons.push(en.reasons.dealGone);
      continue;
    }
    const { people } = peopleOf(found, rules, context.known);
    for (const person of people) {
      const reason = addUpdate(result, person, found, context, rules, texts);
      if (reason) reasons.push(reason);
    }
    addRepairs(result, people, context);
    addRemovedEmails(result, { ...found, deal: found.deal }, context, rules);
    addDealFields(result, { ...found, deal: found.deal }, people, context, rules, texts);
  }
  addProfileMerges(result, event, context, rules);
  if (result.actions.length > 0)
    return { ...result, outcome: 'planned', rule: 'person.attributes', reason: null };
  const nobody = 'contactId' in event ? en.reasons.contactUnknown : en.reasons.contactsUnknown;
  return { ...result, reason: [...new Set(reasons)].join(' ') || nobody };
}

/** Once for each person: several deals of one person may be read. */
function addRepairs(result: Plan, people: Person[], context: PlanContext): void {
  for (const person of people) {
    const { actions, effects } = afterCorrection(recordOf(person, context), context);
    const isNew = ({ action }: Plan['actions'][number]) =>
      !result.actions.some((other) => JSON.stringify(other.action) === JSON.stringify(action));
    result.actions.push(...actions.filter(isNew));
    result.effects.push(...effects);
  }
}

/**
 * Adds what the deal shows of its people, who may be others now, or have another address. A deal that shows nothing yet shows
 * what speaks against sending; the rest waits for its first stage with a rule. Closed deals keep what they show, and a deal
 * whose people are all gone shows nothing of them any more.
 */
function addDealFields(
  result: Plan,
  found: DealContext & { deal: Deal },
  people: Person[],
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): void {
  if (found.deal.isClosed || (people.length === 0 && found.deal.contactIds.length > 0)) return;
  const clients = people.map((person) => recordOf(person, context));
  const isShown = context.shows.has(found.deal.id) || result.actions.length > 0;
  const { actions, effects, shown } = planDealFields({ found, clients }, context, rules, texts);
  if (!isShown && ![...shown.values()].some((value) => value?.isRestrictive)) return;
  result.actions.push(...actions.map((action) => ({ action, after: null })));
  result.effects.push(...effects);
}

/** Adds the person's update to the plan, or gives the reason why there is none. */
function addUpdate(
  result: Plan,
  person: Person,
  found: DealContext,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): string | null {
  const deal = found.deal!;
  const known = context.known.find(({ key }) => key === person.key);
  const name = person.email ?? person.person;
  if (!known?.attributes) return en.reasons.personUnknown(name);
  if (known.dealId !== null && known.dealId !== deal.id)
    return en.reasons.attributesOfOtherDeal(name, String(known.dealId));
  if (result.actions.some((planned) => 'person' in planned.action && planned.action.person === person.person))
    return null;

  const attributes = attributesOf(
    person,
    { ...found, deal, account: context },
    rules,
    known.attributes,
    texts,
  );
  const isSameProfile = formerProfiles(known, person.person).length === 0;
  if (isSameProfile && sameAttributes(attributes, known.attributes)) return en.reasons.noSyncedField;
  result.person ??= person.person;
  addIdentify(result, { person, known, dealId: deal.id, attributes }, context, rules);
  return null;
}
