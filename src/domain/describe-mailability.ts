import { en, type Sentences } from '../languages/en.ts';
import { localDate } from '../lib/time-zone.ts';
import type { ClientFold } from './consent/fold.ts';
import type { LedgerEntry } from './consent/ledger-entry.ts';
import type { Mailability } from './consent/mail-state.ts';
import type { UnixSeconds } from './entities.ts';

/** "unsubscribed on 12 Nov"; an empty text for a client who can get email. @param when in words; empty where it is not known */
export function describeMailability(
  { state }: Mailability,
  when: string,
  words: Sentences['mailability'] = en.mailability,
): string {
  return state === 'mailable' ? '' : words[state](when).trim();
}

/** On which side the state of a client began, and by whom it was set: "set in Kommo by Anna Keller". Null where it is not known. */
export function describeOrigin(
  { state, consent, deliverability }: ClientFold,
  words: Sentences['origins'] = en.origins,
): string | null {
  if (state === 'mailable' || state === 'no_address') return null;
  const isConsent = state === 'unsubscribed' || state === 'complained';
  const entry = isConsent ? consent.by : deliverability.by;
  return entry === null ? null : originOf(entry, words);
}

function originOf({ source, who }: LedgerEntry, words: Sentences['origins']): string | null {
  switch (source) {
    case 'kommo':
      return who === null ? words.kommo : words.kommoBy(who);
    case 'console':
      return who === null ? words.console : words.consoleBy(who);
    case 'field':
      return null;
    default:
      return words[source];
  }
}

/** "on 12 Nov", with the year where it is not the current one; empty where there is no time. */
export function onDay(
  at: UnixSeconds | null,
  now: UnixSeconds,
  timezone: string,
  words: Sentences['times'] = en.times,
): string {
  if (at === null) return '';
  const { year, month, day } = localDate(at * 1000, timezone);
  const isThisYear = year === localDate(now * 1000, timezone).year;
  return words.onDay(day, month, isThisYear ? null : year);
}
