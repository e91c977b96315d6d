import { foldOf } from '../consent/client.ts';
import type { Json } from '../entities.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Person } from '../person.ts';
import type { Rules } from '../rules/rules.ts';
import { recordOf } from './client-state.ts';
import { firstConsent } from './consent-attributes.ts';
import { addMerges, cioIdOf, type ProfileChanges, profileChanges } from './former-profiles.ts';
import type { Plan, PlanContext, PlannedAction } from './plan-types.ts';

interface Identification {
  person: Person;
  known: KnownPerson | undefined;
  dealId: number;
  /** As the rules give them. */
  attributes: Record<string, Json>;
}

/**
 * Adds the person's identify with all that keeps it one person at Customer.io: a change of the email before it, merges of
 * former profiles after it.
 * @returns the index of the identify in the plan's actions
 */
export function addIdentify(
  plan: Plan,
  { person, known, dealId, attributes }: Identification,
  context: PlanContext,
  rules: Rules,
): number {
  const changes = profileChanges(known, person, rules, context.readAt);
  plan.warnings.push(...changes.warnings);
  plan.actions.push(...changes.before, ...emailChange(person, known, attributes, context, rules));
  const identify = plan.actions.length;
  const sent = isOptedOutElsewhere(person, known, changes, context, rules)
    ? { ...attributes, unsubscribed: true }
    : attributes;
  plan.actions.push({
    action: {
      ...{ kind: 'identify', person: person.person, timestamp: context.readAt },
      attributes: {
        ...sent,
        ...firstConsent(recordOf(person, context), known, person.person, context, rules),
      },
    },
    after: null,
  });
  addMerges(plan, changes, person, identify);
  plan.effects.push({
    kind: 'identified',
    key: person.key,
    person: person.person,
    email: person.email,
    contactId: person.contact.id,
    dealId,
    attributes,
  });
  return identify;
}

/** A sentence where Customer.io has refused the person's email: nothing may claim that it got the campaign. Null elsewhere. */
export function refusedEmailOf(
  { person, email }: Pick<Person, 'person' | 'email'>,
  known: KnownPerson | undefined,
): string | null {
  if (email === null || known?.refusedEmail !== email) return null;
  return `Customer.io has refused the email ${email} for ${person}. It is tried again with each update of the person.`;
}

/**
 * Where the contact is the identity, Customer.io takes another email by the contact's id only if its workspace allows that. An
 * email that was refused is tried again: the profile that had it may be gone.
 */
function emailChange(
  { person }: Person,
  known: KnownPerson | undefined,
  { email: to = '' }: Record<string, Json>,
  { readAt }: PlanContext,
  { identifyBy }: Rules,
): PlannedAction[] {
  const from = known?.attributes?.email;
  if (identifyBy !== 'contact_id' || typeof from !== 'string' || from === '') return [];
  if (known!.identifier !== person || typeof to !== 'string') return [];
  if (to === from && known!.refusedEmail !== to) return [];
  const cioId = cioIdOf(known!);
  return [{ action: { kind: 'change_email', person, cioId, from, to, timestamp: readAt }, after: null }];
}

/**
 * Whether the person has opted out under another profile or address than the one that is identified: Customer.io does not
 * know it of a new profile. An opt-in is never sent.
 */
function isOptedOutElsewhere(
  person: Person,
  known: KnownPerson | undefined,
  { warnings }: ProfileChanges,
  context: PlanContext,
  { identifyBy }: Rules,
): boolean {
  const isNewProfile = warnings.length > 0 || !known?.attributes;
  if (!isNewProfile) return false;
  const { state, by } = foldOf(recordOf(person, context), context.ledger, [], context.readAt).consent;
  if (state !== 'unsubscribed' && state !== 'complained') return false;
  const names = by?.names;
  const isOwn =
    names?.identifier === person.person || (identifyBy === 'email' && names?.email === person.person);
  return !isOwn;
}
