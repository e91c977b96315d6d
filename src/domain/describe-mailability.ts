import { localDate } from '../lib/time-zone.ts';
import type { ClientFold } from './consent/fold.ts';
import type { LedgerEntry } from './consent/ledger-entry.ts';
import type { Mailability, MailState } from './consent/mail-state.ts';
import type { UnixSeconds } from './entities.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Why a client gets no email, after the words "gets no email:". @param when such as "on 12 Nov"; empty where it is not known */
const REASONS: Record<Exclude<MailState, 'mailable'>, (when: string) => string> = {
  unsubscribed: (when) => `unsubscribed ${when}`,
  complained: (when) => `marked an email as spam ${when}`,
  bounced: (when) => `the address bounced ${when}`,
  suppressed: (when) => `the address was on a suppression list ${when}`,
  no_address: () => 'no email address',
};

/** "unsubscribed on 12 Nov"; an empty text for a client who can get email. @param when in words */
export function describeMailability({ state }: Mailability, when: string): string {
  return state === 'mailable' ? '' : REASONS[state](when).trim();
}

/** On which side the state of a client began, and by whom it was set: "set in Kommo by Anna Keller". Null where it is not known. */
export function describeOrigin({ state, consent, deliverability }: ClientFold): string | null {
  if (state === 'mailable' || state === 'no_address') return null;
  const isConsent = state === 'unsubscribed' || state === 'complained';
  const entry = isConsent ? consent.by : deliverability.by;
  return entry === null ? null : ORIGINS[entry.source](entry);
}

const ORIGINS: Record<LedgerEntry['source'], (entry: LedgerEntry) => string | null> = {
  report: () => 'reported by Customer.io',
  activity: () => 'found in Customer.io’s activity logs, without a report',
  kommo: ({ who }) => (who === null ? 'set in Kommo' : `set in Kommo by ${who}`),
  console: ({ who }) => (who === null ? 'set in Stagepost' : `set in Stagepost by ${who}`),
  field: () => null,
};

/** "on 12 Nov", with the year where it is not the current one; empty where there is no time. */
export function onDay(at: UnixSeconds | null, now: UnixSeconds, timezone: string): string {
  if (at === null) return '';
  const { year, month, day } = localDate(at * 1000, timezone);
  const isThisYear = year === localDate(now * 1000, timezone).year;
  return `on ${day} ${MONTHS[month - 1]}${isThisYear ? '' : ` ${year}`}`;
}
