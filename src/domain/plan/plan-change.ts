import type { ContactChanged, DealChanged } from '../events.ts';
import { attributesOf, type Person, peopleOf, sameAttributes } from '../person.ts';
import type { TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { type DealContext, type KnownPerson, noActions, type Plan, type PlanContext } from './plan-types.ts';

/**
 * A deal or contact changed without entering a stage: send the person's attributes again if a mapped value has changed.
 * Only people whom a stage has already sent to Customer.io are updated, and only from the deal that moved last: two
 * deals of one person must not overwrite each other's values.
 */
export function planChange(
  event: DealChanged | ContactChanged,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): Plan {
  const result: Plan = { ...noActions(''), dealId: event.kind === 'deal_changed' ? event.dealId : null };
  const reasons: string[] = [];
  for (const found of context.deals) {
    if (!found.deal) {
      reasons.push('The deal no longer exists in Kommo.');
      continue;
    }
    for (const person of peopleOf(found.contacts, rules).people) {
      const reason = addUpdate(result, person, found, context, rules, texts);
      if (reason) reasons.push(reason);
    }
  }
  if (result.actions.length > 0)
    return { ...result, outcome: 'planned', rule: 'person.attributes', reason: null };
  const nobody =
    event.kind === 'contact_changed'
      ? 'This contact is not in Customer.io yet.'
      : 'No contact of this deal is in Customer.io yet.';
  return { ...result, reason: [...new Set(reasons)].join(' ') || nobody };
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
  const known = recordOf(person, context);
  const name = person.email ?? person.person;
  if (!known?.attributes)
    return `${name} is not in Customer.io yet: the deal has not entered a stage with a rule.`;
  if (known.dealId !== null && known.dealId !== deal.id)
    return `The attributes of ${name} come from deal ${known.dealId}, which entered a stage last.`;
  if (result.actions.some((planned) => 'person' in planned.action && planned.action.person === person.person))
    return null;

  const attributes = attributesOf(
    person,
    { ...found, deal, pipelines: context.pipelines },
    rules,
    known.attributes,
    texts,
  );
  const isRenamed = known.person !== person.person;
  if (!isRenamed && sameAttributes(attributes, known.attributes)) return 'No synced field changed.';
  if (isRenamed) {
    result.warnings.push(
      `The contact's email changed from ${known.person} to ${person.person}. Customer.io gets a new person; the old one stays.`,
    );
  }
  result.person ??= person.person;
  result.actions.push({
    action: { kind: 'identify', person: person.person, attributes, timestamp: context.readAt },
    after: null,
  });
  result.effects.push({
    kind: 'identified',
    person: person.person,
    email: person.email,
    contactId: person.contact.id,
    dealId: deal.id,
    attributes,
  });
  return null;
}

/** The person's record: by identifier, or by contact where the contact's email has changed. */
function recordOf(person: Person, context: PlanContext): KnownPerson | undefined {
  return (
    context.known.find((known) => known.person === person.person && known.attributes !== null) ??
    context.known.find((known) => known.contactId === person.contact.id && known.attributes !== null)
  );
}
