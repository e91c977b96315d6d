import type { MailReport } from '../events.ts';
import { reactionFor } from '../rules/find-rule.ts';
import type { Reaction, Rules } from '../rules/rules.ts';
import { consentIn } from './fold.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** The reactions to an opt-out that has none of its own, the first that exists: both names mean the person's setting. */
const OPT_OUT_REACTIONS = ['customer_unsubscribed', 'email_unsubscribed'];
const OPT_IN_REACTIONS = ['customer_subscribed'];

/**
 * The reaction to a report. Customer.io names a change of the subscription after the channel that triggered it, and
 * `customer` where it does not know the channel (its OpenAPI description). A report that opts the person out or in, and has
 * no reaction of its own name, therefore has that of the same change under another name.
 * @param entries those of the report
 */
export function reactionTo(
  report: Pick<MailReport, 'name'>,
  entries: readonly LedgerEntry[],
  rules: Rules,
): Reaction | undefined {
  return reactionFor(report.name, rules) ?? firstOf(substitutes(entries), rules);
}

function substitutes(entries: readonly LedgerEntry[]): string[] {
  const kinds = new Set(entries.map(({ kind }) => kind));
  if (kinds.has('opt_out')) return OPT_OUT_REACTIONS;
  if (kinds.has('opt_in')) return OPT_IN_REACTIONS;
  // Preferences that leave no topic, or switch off the channel email, stop every campaign email.
  const isPreferences = kinds.has('topic_off') || kinds.has('channel_off');
  return isPreferences && consentIn(entries).state === 'unsubscribed' ? OPT_OUT_REACTIONS : [];
}

/**
 * The reaction whose text a deal field shows for a state that this entry began: the one of its report, else the reaction
 * to the same change under another name. Only reactions that set the field count.
 */
export function reactionShowing(field: string, by: LedgerEntry, rules: Rules): Reaction | undefined {
  return [by.name, ...SHOWN_BY[by.kind]]
    .map((name) => rules.reactions.find((reaction) => reaction.name === name))
    .find((reaction) => reaction !== undefined && field in reaction.fields);
}

const SHOWN_BY: Record<LedgerEntry['kind'], readonly string[]> = {
  opt_out: OPT_OUT_REACTIONS,
  channel_off: OPT_OUT_REACTIONS,
  topic_off: OPT_OUT_REACTIONS,
  // Who complains is unsubscribed by Customer.io, too: better than to show a client who may be written to.
  complaint: ['email_spammed', ...OPT_OUT_REACTIONS],
  opt_in: OPT_IN_REACTIONS,
  channel_on: OPT_IN_REACTIONS,
  topic_on: OPT_IN_REACTIONS,
  bounce: ['email_bounced'],
  temporary_bounce: [],
  suppressed: ['email_dropped'],
  sent: [],
  arrived: [],
  suppression_lifted: [],
  address_corrected: [],
};

function firstOf(names: readonly string[], rules: Rules): Reaction | undefined {
  return names
    .map((name) => rules.reactions.find((reaction) => reaction.name === name))
    .find((reaction) => reaction !== undefined);
}
