import { type Action, describeAction } from '../domain/actions.ts';
import { addressesOf } from '../domain/address.ts';
import type { DealContext, Plan } from '../domain/plan/plan-types.ts';
import { en, type Sentences } from '../languages/en.ts';
import { removeControls } from '../lib/control-characters.ts';
import type { Decision, DecisionEffect } from './schemas.ts';

/** What each action does, for a sentence. */
export function effectsOf(actions: readonly { payload: Action }[], words: Sentences = en): DecisionEffect[] {
  return actions.map(({ payload }) => effectOf(payload, words));
}

function effectOf(action: Action, words: Sentences): DecisionEffect {
  switch (action.kind) {
    case 'track':
      return { kind: 'event', name: action.name, text: '' };
    case 'identify':
      return { kind: 'profile', name: null, text: String(Object.keys(action.attributes).length) };
    case 'note':
    case 'task':
      return { kind: action.kind, name: null, text: action.text };
    case 'set_field':
      return { kind: 'field', name: action.field, text: action.value };
    case 'tags': {
      const changes = [...action.add.map((tag) => `+ ${tag}`), ...action.remove.map((tag) => `− ${tag}`)];
      return { kind: 'tags', name: null, text: changes.join(', ') };
    }
    default:
      return { kind: 'other', name: null, text: describeAction(action, action.kind, words) };
  }
}

/** The client of a plan by name, as the deal's contact has it; null where the plan is about nobody. */
export function clientOf(
  { person, dealId, clientState }: Pick<Plan, 'person' | 'dealId' | 'clientState'>,
  deals: ReadonlyMap<number, DealContext>,
): Decision['client'] {
  if (person === null) return null;
  const contacts = (dealId === null ? undefined : deals.get(dealId))?.contacts ?? [];
  const isThePerson = ({ emails, id }: (typeof contacts)[number]) =>
    emails.flatMap(addressesOf).includes(person) || person.endsWith(String(id));
  const contact = contacts.find(isThePerson);
  const name = removeControls(contact?.firstName || contact?.name || person);
  return { name, canGetEmail: clientState === null ? null : clientState === 'mailable' };
}
