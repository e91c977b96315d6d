import { en } from '../../languages/en.ts';
import type { Action } from '../actions.ts';
import type { ContactDeleted, DealDeleted } from '../events.ts';
import { contactsOf, currentContacts } from '../people/names.ts';
import type { TextRenderer } from '../rules/render-text.ts';
import type { Rules } from '../rules/rules.ts';
import { planChange } from './plan-change.ts';
import { noActions, type Plan, type PlanContext } from './plan-types.ts';

/** A deal was deleted: stop its watches and unlink it from its people. */
export function planDeletion({ dealId }: DealDeleted): Plan {
  return {
    ...noActions(en.reasons.dealDeleted),
    effects: [{ kind: 'deal_deleted', dealId }],
    dealId,
  };
}

/** A contact was deleted, perhaps by a merge: then the surviving contact's values are sent for the person. */
export function planContactDeletion(
  event: ContactDeleted,
  context: PlanContext,
  rules: Rules,
  texts: TextRenderer,
): Plan {
  const update = planChange(event, context, rules, texts);
  const removed = removals(event, context, rules);
  const actions = [...update.actions, ...removed.map((action) => ({ action, after: null }))];
  const reason = `Contact ${event.contactId} was deleted in Kommo. Customer.io keeps the person.`;
  if (actions.length === 0) return { ...update, reason };
  const rule = update.rule ?? 'person.when_contact_deleted';
  return { ...update, actions, outcome: 'planned', reason: null, rule };
}

/** What `when_contact_deleted` wants for people whose last contact this was. */
function removals(
  { contactId }: ContactDeleted,
  { known, readAt }: PlanContext,
  { profiles }: Rules,
): Action[] {
  const how = profiles.whenContactDeleted;
  if (how === 'keep') return [];
  return known.flatMap((person): Action[] => {
    const isGone = contactsOf(person).includes(contactId) && currentContacts(person).length === 0;
    if (!isGone || person.attributes === null || person.identifier === null) return [];
    return [{ kind: 'remove_person', person: person.identifier, how, timestamp: readAt }];
  });
}
