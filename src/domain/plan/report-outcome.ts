import { en } from '../../languages/en.ts';
import { type FieldState, isRestrictiveState } from '../consent/field-state.ts';
import type { LedgerEntry } from '../consent/ledger-entry.ts';
import type { ShownValue } from '../consent/projection.ts';
import { isRestriction, isStateChange, type StateChange } from '../consent/state-change.ts';
import type { MailReport } from '../events.ts';

/** What a report means for the fields of its reaction. */
export interface ReportOutcome {
  /** The fields whose value the report changes; empty where the whole reaction is left out. */
  changed: Set<string>;
  /** The values to remember of the person, whether the deal shows them or not. */
  remembered: Map<string, FieldState>;
  /** Why the reaction is left out; null where it is not. */
  keepReason: string | null;
}

export interface ReportOutcomeInput {
  event: MailReport;
  /** The report's entries. */
  own: readonly LedgerEntry[];
  change: StateChange;
  /** The client's current address, in its normal form. */
  address: string | null;
  /** What the reaction sets each field to. */
  values: ReadonlyMap<string, string>;
  /** What the person's earlier reports have set. */
  before: Readonly<Record<string, FieldState>>;
  /** What a deal of this client alone shows with the report. */
  shown: ReadonlyMap<string, ShownValue | null>;
}

/**
 * Decides whether a reaction with fields is carried out. Its field, task, note and tags belong together:
 *
 * - An opt-out, a complaint or a failure is news where it changes the person's state. The second report of one change, and
 *   one that a later report has overtaken, are none.
 * - Any other report is news where it changes the value of a field.
 */
export function reportOutcome(input: ReportOutcomeInput): ReportOutcome {
  const { own, change, values } = input;
  const nothing = { changed: new Set<string>(), remembered: new Map<string, FieldState>() };
  if (own.some(({ kind }) => kind === 'temporary_bounce'))
    return { ...nothing, keepReason: en.reasons.refusedForNow };
  if (!isRestriction(own, change)) return friendlyOutcome(input);
  if (isStateChange(change)) return { ...nothing, changed: new Set(values.keys()), keepReason: null };
  return { ...nothing, keepReason: unchangedReason(input) };
}

/** A state that does not change: it holds already, or a later report has ended it, or it is about another address. */
function unchangedReason({ own, change, address, values, shown }: ReportOutcomeInput): string {
  const failure = own.find(({ kind }) => kind === 'bounce' || kind === 'suppressed');
  if (failure && failure.address !== null && failure.address !== address)
    return en.reasons.formerAddress(failure.address);
  const { consent, deliverability } = change.after;
  const isOut = consent.state === 'unsubscribed' || consent.state === 'complained';
  const [[field, value] = ['', '']] = values;
  const holds = failure ? deliverability.state !== 'ok' : isOut;
  if (holds) return en.reasons.alreadySet(field, value);
  const later = shown.get(field)?.value;
  return later === undefined ? en.reasons.laterReportOtherwise : en.reasons.laterReport(field, later);
}

/** A report that speaks for the client: it sets its fields, unless a later one has, or an opt-out or failure holds. */
function friendlyOutcome(input: ReportOutcomeInput): ReportOutcome {
  const { event, values, before } = input;
  const outcome: ReportOutcome = { changed: new Set(), remembered: new Map(), keepReason: null };
  for (const [field, value] of values) {
    const state = friendlyState(before[field]);
    if (state === undefined || event.occurredAt >= state.at)
      outcome.remembered.set(field, { value, at: event.occurredAt, by: event.name });
    const reason = reasonToKeep(input, field, value, state);
    if (reason === null) outcome.changed.add(field);
    else outcome.keepReason ??= reason;
  }
  return outcome.changed.size > 0 ? { ...outcome, keepReason: null } : outcome;
}

function friendlyState(state: FieldState | undefined): FieldState | undefined {
  return state === undefined || isRestrictiveState(state) ? undefined : state;
}

function reasonToKeep(
  { event, own, change, shown }: ReportOutcomeInput,
  field: string,
  value: string,
  state: FieldState | undefined,
): string | null {
  const isOptIn = own.some(({ kind }) => kind === 'opt_in');
  if (isOptIn && isStateChange(change)) return null;
  const restriction = shown.get(field);
  if (restriction?.isRestrictive) {
    const { consent } = change.after;
    const isOut = consent.state === 'unsubscribed' || consent.state === 'complained';
    return isOut && !isOptIn
      ? en.reasons.optedOut(field, restriction.value)
      : en.reasons.laterReport(field, restriction.value);
  }
  if (state === undefined) return null;
  if (event.occurredAt < state.at) return en.reasons.laterReport(field, state.value);
  return state.value === value ? en.reasons.alreadySet(field, value) : null;
}
