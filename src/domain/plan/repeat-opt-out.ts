import { isSettingOff, namesOf } from '../consent/client.ts';
import { type ClientFold, isOptInEcho, withoutRepeatedTopics } from '../consent/fold.ts';
import { recordedFor } from '../consent/ledger.ts';
import { type EntryKind, GIVES_CONSENT, GLOBAL, type LedgerEntry } from '../consent/ledger-entry.ts';
import { isStateChange, type StateChange } from '../consent/state-change.ts';
import type { UnixSeconds } from '../entities.ts';
import type { KnownPerson } from '../people/person-types.ts';
import { timeToOverwrite, topicAttributes } from './consent-attributes.ts';
import type { PlanContext, PlannedAction } from './plan-types.ts';

/**
 * Sends an opt-out once more where Customer.io may have the contrary: an opt-out of the client that conflicts with an opt-in
 * set in Kommo, which Customer.io may get later than the click, and an opt-in of the client that does not end an opt-out set
 * in Kommo. Customer.io has carried out the client's own change already.
 */
export function repeatOptOut(
  own: readonly LedgerEntry[],
  change: StateChange,
  person: KnownPerson,
  context: PlanContext,
): PlannedAction[] {
  const { identifier, attributes: sent } = person;
  if (identifier === null || sent === null) return [];
  const recorded = recordedFor(context.ledger, namesOf(person));
  const others = recorded.filter((entry) => !own.some((one) => isSameFact(one, entry)));
  if (!others.some(isSetInKommo)) return [];
  const isRepeated = repeatsSetting(own, change, others) && isSettingOff(person, context.ledger, own);
  const topics = topicsToRepeat(own, change, others);
  if (!isRepeated && topics.length === 0) return [];
  const scopes = new Set([...(isRepeated ? [GLOBAL] : []), ...topics]);
  const attributes = { ...(isRepeated && { unsubscribed: true }), ...topicAttributes(topics, false) };
  const timestamp = timeToOverwrite(scopes, [...others, ...own], context);
  return [{ action: { kind: 'identify', person: identifier, attributes, timestamp }, after: null }];
}

function repeatsSetting(
  own: readonly LedgerEntry[],
  change: StateChange,
  others: readonly LedgerEntry[],
): boolean {
  if (own.some(({ kind }) => kind === 'opt_in')) return true;
  const optOut = own.find(({ kind }) => kind === 'opt_out' || kind === 'complaint');
  return optOut !== undefined && isStateChange(change) && conflictsWithOptIn(optOut, others);
}

function conflictsWithOptIn(optOut: LedgerEntry, others: readonly LedgerEntry[]): boolean {
  const optIns = others.filter(
    (entry) => isSetInKommo(entry) && GIVES_CONSENT.has(entry.kind) && entry.scope === optOut.scope,
  );
  return optIns.some((entry) => isOptInEcho(optOut, entry) || optOut.at <= entry.at);
}

/**
 * The topics that are off and that the report shows to be on at Customer.io. The report itself need not say so: one that arrives
 * late can show that a later one was no mere repetition.
 */
function topicsToRepeat(
  own: readonly LedgerEntry[],
  { before, after }: StateChange,
  others: readonly LedgerEntry[],
): string[] {
  const sent = topicsOnAgainst(before, others);
  const on = [...topicsOnAgainst(after, [...others, ...own])].filter(([topic, at]) => sent.get(topic) !== at);
  const conflicts = own.filter(
    (entry) =>
      entry.kind === 'topic_off' &&
      before.consent.topics.get(entry.scope) !== false &&
      after.consent.topics.get(entry.scope) === false &&
      conflictsWithOptIn(entry, others),
  );
  const isSwitchedOff = (topic: string) =>
    own.some(({ kind, scope }) => kind === 'topic_off' && scope === topic);
  // An earlier report seemed to end an opt-out from Kommo, which was not sent then.
  const restored = topicsOffInKommo(others).filter(
    (topic) =>
      before.consent.topics.get(topic) === true &&
      after.consent.topics.get(topic) === false &&
      !isSwitchedOff(topic),
  );
  return [...new Set([...on.map(([topic]) => topic), ...conflicts.map(({ scope }) => scope), ...restored])];
}

/** The topics that are off although they were switched on last, with the time of that. Only topics that Kommo has switched, too. */
function topicsOnAgainst({ consent }: ClientFold, entries: readonly LedgerEntry[]): Map<string, UnixSeconds> {
  const counting = withoutRepeatedTopics(entries, 'topic_off');
  const timeOf = (topic: string, wanted: EntryKind) =>
    Math.max(...counting.filter(({ kind, scope }) => kind === wanted && scope === topic).map(({ at }) => at));
  const inKommo = entries.filter((entry) => isSetInKommo(entry) && entry.kind.startsWith('topic_'));
  const topics = new Set(inKommo.map(({ scope }) => scope));
  const on = [...topics].flatMap((topic): [string, UnixSeconds][] => {
    const at = timeOf(topic, 'topic_on');
    const isOn = at > Number.NEGATIVE_INFINITY && at >= timeOf(topic, 'topic_off');
    return isOn && consent.topics.get(topic) === false ? [[topic, at]] : [];
  });
  return new Map(on);
}

function topicsOffInKommo(entries: readonly LedgerEntry[]): string[] {
  const off = entries.filter((entry) => isSetInKommo(entry) && entry.kind === 'topic_off');
  return off.map(({ scope }) => scope);
}

const isSetInKommo = ({ source }: LedgerEntry) => source === 'kommo';

const isSameFact = (a: LedgerEntry, b: LedgerEntry) =>
  a.key === b.key && a.kind === b.kind && a.scope === b.scope;
