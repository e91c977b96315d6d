import { addressIn } from '../address.ts';
import { entriesOfReport } from '../consent/entries-of-report.ts';
import { isStateChange, stateChange } from '../consent/state-change.ts';
import type { MailReport } from '../events.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Plan, PlanContext } from './plan-types.ts';

/**
 * An opt-out that names a former address or profile of the person counts for the present one, too: Customer.io knows it of
 * the other profile only.
 */
export function withOptOutOfProfile(plan: Plan, report: MailReport, context: PlanContext): Plan {
  const person = context.known.find(({ key }) => key === context.subject.key);
  if (!person || person.identifier === null || person.attributes === null) return plan;
  const own = entriesOfReport(report);
  if (!own.some(({ kind }) => kind === 'opt_out' || kind === 'complaint')) return plan;
  const change = stateChange(person, own, context.ledger);
  const { state } = change.after.consent;
  const isOut = state === 'unsubscribed' || state === 'complained';
  if (!isOut || !isStateChange(change) || namesProfile(report, person)) return plan;
  const { identifier } = person;
  const attributes = { unsubscribed: true };
  return {
    ...plan,
    outcome: 'planned',
    reason: null,
    actions: [
      ...plan.actions,
      {
        action: { kind: 'identify', person: identifier, attributes, timestamp: context.readAt },
        after: null,
      },
    ],
    warnings: [
      ...plan.warnings,
      `The opt-out names a former profile or address; ${identifier} is unsubscribed at Customer.io, too.`,
    ],
  };
}

function namesProfile({ person }: MailReport, { identifier, email }: KnownPerson): boolean {
  const address = addressIn(person.email);
  if (identifier === null || person.id === identifier || address === identifier) return true;
  return person.id === null && address !== null && address === email;
}
