import { type ConsentPerson, namesOf } from './client.ts';
import { entriesOf } from './entries-of-person.ts';
import { type ClientFold, consentIn, foldLedger } from './fold.ts';
import { type Ledger, recordedFor } from './ledger.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** The state of a person before and after a report. */
export interface StateChange {
  before: ClientFold;
  after: ClientFold;
}

/**
 * What a report changes of a person. Other reports that no rule has acted on yet are left out: of several that wait for
 * their person to be found, the first one that is planned changes the state, and the others do not.
 * @param own the report's entries
 */
export function stateChange(person: ConsentPerson, own: readonly LedgerEntry[], ledger: Ledger): StateChange {
  const names = namesOf(person);
  const isOwn = (key: string) => own.some((entry) => entry.key === key);
  const others = recordedFor(ledger, names).filter(({ key, isPending }) => !isPending && !isOwn(key));
  const all = [...others, ...entriesOf(names, own)];
  return { before: foldLedger(others, person.email), after: foldLedger(all, person.email) };
}

/** Whether the change is one of consent, or of the current address. A task is about such a change, not about a report. */
export function isStateChange({ before, after }: StateChange): boolean {
  return (
    before.consent.state !== after.consent.state || before.deliverability.state !== after.deliverability.state
  );
}

/**
 * Whether a report speaks against sending: then the rule's field, task, note and tags belong to the change of the person's
 * state. Preferences do so where they leave nothing to send.
 * @param own the report's entries
 */
export function isRestriction(own: readonly LedgerEntry[], change: StateChange): boolean {
  if (own.some(({ kind }) => RESTRICTIONS.has(kind))) return true;
  const isSwitch = own.some(({ kind }) => kind === 'topic_off' || kind === 'channel_off');
  if (!isSwitch) return false;
  // Preferences that a later report has overtaken, or that leave an earlier topic on, change nothing.
  if (consentIn(own).state === 'unsubscribed') return true;
  return isStateChange(change) && change.after.consent.state === 'unsubscribed';
}

const RESTRICTIONS: ReadonlySet<LedgerEntry['kind']> = new Set([
  'opt_out',
  'complaint',
  'bounce',
  'suppressed',
]);
