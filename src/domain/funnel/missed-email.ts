import { readMailState } from '../consent/mail-state.ts';
import { NO_EMAIL_REASONS, readNoEmailReason } from '../plan/no-email.ts';

/**
 * Why an entry into a stage has led to no email, in the order in which lists offer the reasons: those of the plan, where `no_address`
 * and `no_contact` may still wait for a contact, and `failed` is also an event that Customer.io refused. Besides:
 *
 * - `scheduled`: the event is due later (`delay`, `quiet_hours`)
 * - `held`: one of many that wait for a decision; `discarded`: somebody decided against it
 * - `sending`: not yet accepted by Customer.io
 * - `not_delivered`: Customer.io reports that it could not send the email
 * - `no_report`: Customer.io accepted the event and has reported no email
 */
export const MISSED_REASONS = [
  ...NO_EMAIL_REASONS,
  'scheduled',
  'held',
  'discarded',
  'sending',
  'not_delivered',
  'no_report',
] as const;
export type MissedReason = (typeof MISSED_REASONS)[number];

/** What is stored of a stage change, as far as a missing email is explained by it. */
export interface EntryFacts {
  state: 'new' | 'planned' | 'ignored' | 'parked' | 'waiting' | 'held';
  /** One of `NO_EMAIL_REASONS`; null where none was stored, as with stage changes of earlier versions. */
  noEmail: string | null;
  /** As it is stored: a sentence, with the rule's key in brackets where a key of the rule is the reason. */
  reason: string | null;
  warnings: readonly string[];
  rule: string | null;
  clientState: string | null;
  isSetAside: boolean;
  /** The events for Customer.io, by what became of them. */
  sends: Record<'done' | 'open' | 'failed' | 'dropped', number>;
}

/** Why the entry has led to no email, as far as Stagepost's own work says it. Pure. */
export function missedReason(facts: EntryFacts): MissedReason {
  const { state, rule, sends, isSetAside } = facts;
  if (state === 'new') return 'sending';
  if (state === 'held') return 'held';
  if (isSetAside) return 'failed';
  if (rule === null) return 'no_rule';
  if (sends.done > 0) return clientReason(facts) ?? 'no_report';
  if (sends.open > 0) return 'sending';
  if (sends.failed > 0) return 'failed';
  if (sends.dropped > 0) return 'discarded';
  return notSentReason(facts);
}

/** Whether another look at the entry may find another reason, without an action of it having ended in between. */
export function mayChange({ state, sends }: Pick<EntryFacts, 'state' | 'sends'>): boolean {
  return state === 'new' || state === 'waiting' || state === 'held' || sends.open > 0;
}

/**
 * What is stored without a code: waiting for a time, decisions about held moves, and all stage changes of earlier versions. The
 * planner's own sentences are run through these in missed-email.test.ts.
 */
const SENTENCES: readonly [RegExp, MissedReason][] = [
  [/ \(if\)\./, 'condition'],
  [/\(once: \w+\)\./, 'once'],
  [/^A backfill has sent|that stage change has sent the event\./, 'repeated'],
  [/when_left: drop\)\.|^The deal has left the stage/, 'left'],
  [/\((delay|quiet_hours): /, 'scheduled'],
  [/\(skip_moves_after\)\.|^The contact came too late\./, 'late'],
  [/^The event was held and then discarded by /, 'discarded'],
  [/^Kommo does not return the deal|^The deal no longer exists/, 'gone'],
  [/^Released by /, 'sending'],
];

/** Nothing was to be sent. Where the plan wrote to the deal all the same, the sentence is the first warning. */
function notSentReason(facts: EntryFacts): MissedReason {
  const code = readNoEmailReason(facts.noEmail);
  if (code !== null) return code;
  const text = facts.reason ?? facts.warnings[0] ?? '';
  const found = SENTENCES.find(([pattern]) => pattern.test(text))?.[1];
  return found ?? clientReason(facts) ?? 'no_contact';
}

function clientReason({ clientState }: EntryFacts): MissedReason | null {
  const state = readMailState(clientState);
  return state === 'mailable' ? null : state;
}
