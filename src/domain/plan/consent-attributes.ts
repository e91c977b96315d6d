import { type ConsentPerson, foldOf, isSettingOff, namesOf } from '../consent/client.ts';
import { withoutRepeatedTopics } from '../consent/fold.ts';
import { recordedFor } from '../consent/ledger.ts';
import type { EntryKind, LedgerEntry } from '../consent/ledger-entry.ts';
import type { Json, UnixSeconds } from '../entities.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { Rules } from '../rules/rules.ts';
import type { PlanContext } from './plan-types.ts';

/** Attributes that switch topics of the subscription center; the others keep their positions (Track API docs: dot notation). */
export function topicAttributes(topics: readonly string[], isOn: boolean): Record<string, Json> {
  return Object.fromEntries(topics.map((topic) => [`cio_subscription_preferences.topics.${topic}`, isOn]));
}

/**
 * What the first identify of a person has to say of an opt-out that was set in Kommo: Customer.io did not know the person then.
 * Empty for a profile that it knows.
 */
export function firstConsent(
  person: ConsentPerson,
  known: KnownPerson | undefined,
  identifier: string,
  context: PlanContext,
  { consent: rules }: Rules,
): Record<string, Json> {
  if (known?.attributes && known.identifier === identifier) return {};
  const entries = recordedFor(context.ledger, namesOf(person)).filter(({ source }) => source === 'kommo');
  if (entries.length === 0) return {};
  const { consent } = foldOf(person, context.ledger);
  const isOff = isSettingOff(person, context.ledger);
  const off = rules.topics.filter((topic) => consent.topics.get(topic) === false);
  const isGlobal = entries.some(({ kind }) => kind === 'opt_out' || kind === 'complaint');
  return { ...(isOff && isGlobal && { unsubscribed: true }), ...topicAttributes(off, false) };
}

/**
 * The time with which an opt-out overwrites what Customer.io may have against it. Not the present time: the client may have set
 * something else since, which is not reported yet.
 * @param scopes topics, and `GLOBAL` for the setting
 * @param entries all of the person, the opt-out among them
 */
export function timeToOverwrite(
  scopes: ReadonlySet<string>,
  entries: readonly LedgerEntry[],
  { readAt }: Pick<PlanContext, 'readAt'>,
): UnixSeconds {
  const concerned = withoutRepeatedTopics(entries, 'topic_off').filter(
    ({ kind, scope }) => SWITCHES.has(kind) && scopes.has(scope),
  );
  return Math.min(Math.max(...concerned.map(({ at }) => at)), readAt);
}

const SWITCHES: ReadonlySet<EntryKind> = new Set(['opt_out', 'complaint', 'opt_in', 'topic_off', 'topic_on']);
