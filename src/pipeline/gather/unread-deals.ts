import { namesOf } from '../../domain/consent/client.ts';
import { entriesOfReport } from '../../domain/consent/entries-of-report.ts';
import { recordedFor } from '../../domain/consent/ledger.ts';
import { reactionTo } from '../../domain/consent/reaction-to.ts';
import type { MailReport } from '../../domain/events.ts';
import { personWith } from '../../domain/people/people.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { usesDeal } from '../../domain/rules/values.ts';
import { changesDealFields } from './load-consent.ts';
import type { PersonLookup } from './look-up-person.ts';
import { type PlanningState, triggerOf } from './planning-state.ts';

/**
 * Leaves out the reading of deals that reports only write a note on. Of a newsletter to people whom Stagepost has never sent,
 * that is a third of the calls: all their deals, while the contacts with the deals' ids have just been read.
 */
export function leaveDealsUnread(
  reports: readonly MailReport[],
  people: ReadonlyMap<string, PersonLookup>,
  rules: Rules,
  state: PlanningState,
): void {
  for (const report of reports) {
    const lookup = people.get(report.reportId);
    if (lookup?.listedDealId !== undefined && isNoteAlone(report, lookup, rules, state))
      lookup.unreadDealId = lookup.listedDealId;
  }
}

/**
 * Whether the report does nothing but write a note without values of the deal, about a person of whom nothing is recorded: no
 * link that the reading would correct, and no opt-out that the deal would have to show.
 */
function isNoteAlone(report: MailReport, { key }: PersonLookup, rules: Rules, state: PlanningState): boolean {
  const person = key === null ? undefined : personWith(state.people, key);
  if (!person || state.stored.has(person.key) || triggerOf(report, state) !== undefined) return false;
  const own = entriesOfReport(report);
  if (changesDealFields(own, rules, state.consent)) return false;
  if (recordedFor(state.consent.ledger, namesOf(person)).length > 0) return false;
  const reaction = reactionTo(report, own, rules);
  if (!reaction || reaction.note === null || usesDeal(reaction.note)) return false;
  return reaction.task === null && reaction.tags === null && Object.keys(reaction.fields).length === 0;
}

/** Deals that other events of the batch have read are judged by that reading. */
export function withdrawUnread(people: ReadonlyMap<string, PersonLookup>, dealIds: readonly number[]): void {
  const read = new Set(dealIds);
  for (const lookup of people.values())
    if (lookup.unreadDealId !== undefined && read.has(lookup.unreadDealId)) delete lookup.unreadDealId;
}
