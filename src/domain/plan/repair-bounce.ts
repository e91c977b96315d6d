import { type ConsentPerson, foldOf, namesOf } from '../consent/client.ts';
import { recordedFor } from '../consent/ledger.ts';
import type { RecordedEntry } from '../consent/ledger-entry.ts';
import type { Effect, PlanContext, PlannedAction } from './plan-types.ts';

/** The part of a plan that follows from the end of a bounce or suppression. */
export interface BounceRepair {
  actions: PlannedAction[];
  effects: Effect[];
}

const NOTHING: BounceRepair = { actions: [], effects: [] };

/**
 * Closes the tasks about addresses that the client does not have any more, and has the new address looked up at the mail
 * provider: it may be one that bounced before. Nothing where the client has no address.
 */
export function afterCorrection(person: ConsentPerson, context: Pick<PlanContext, 'ledger'>): BounceRepair {
  const { email } = person;
  if (email === null) return NOTHING;
  const ended = failuresWithTask(person, context).filter(
    ({ address }) => address !== null && address !== email,
  );
  const [first] = ended;
  if (first === undefined) return NOTHING;
  const closed = closing(ended, `The email address ${first.address} was corrected to ${email}.`);
  const { state } = foldOf(person, context.ledger).deliverability;
  return state === 'ok' ? { ...closed, actions: [...closed.actions, lift(person, email, 'check')] } : closed;
}

/** Closes the tasks about the current address, and has it taken off the mail provider's lists. @param reason for the tasks */
export function afterRetry(
  person: ConsentPerson,
  context: Pick<PlanContext, 'ledger'>,
  reason: string,
): BounceRepair {
  const { email } = person;
  if (email === null) return NOTHING;
  const ended = failuresWithTask(person, context).filter(
    ({ address }) => address === null || address === email,
  );
  const closed = closing(ended, reason);
  return { ...closed, actions: [...closed.actions, lift(person, email, 'lift')] };
}

function failuresWithTask(person: ConsentPerson, { ledger }: Pick<PlanContext, 'ledger'>): RecordedEntry[] {
  return recordedFor(ledger, namesOf(person)).filter(({ taskDealId }) => taskDealId !== undefined);
}

/** Each task once; recorded with the entries, so that a later event of the same batch does not close it again. */
function closing(entries: readonly RecordedEntry[], text: string): BounceRepair {
  const actions = new Map<number, PlannedAction>();
  for (const { eventId, taskDealId } of entries) {
    if (eventId === null || taskDealId === undefined) continue;
    const action = { kind: 'close_task', dealId: taskDealId, eventId, taskId: null, text } as const;
    actions.set(eventId, { action, after: null });
  }
  const closed = entries.map(({ taskDealId: _, ...entry }): RecordedEntry => entry);
  return {
    actions: [...actions.values()],
    effects: closed.length === 0 ? [] : [{ kind: 'consent_recorded', entries: closed }],
  };
}

function lift({ identifier }: ConsentPerson, email: string, how: 'lift' | 'check'): PlannedAction {
  const action = { kind: 'lift_suppression', person: identifier ?? email, email, how } as const;
  return { action, after: null };
}
