import { en } from '../../languages/en.ts';
import { durationText, roughDuration } from '../../lib/duration.ts';
import { CAMPAIGN_AGE_S } from '../campaign-settings.ts';
import type { UnixSeconds } from '../entities.ts';
import type { DealMoved } from '../events.ts';
import type { Rules } from '../rules/rules.ts';
import { type DealContext, noActions, type Plan, type PlanContext } from './plan-types.ts';

/*
 * A deal can enter a stage before it has a contact with an email: form tools create the deal, then the contact, then link
 * them. Such a move waits, for as long as its event is useful, and its event carries the time of the move.
 */

/**
 * The plan of a move whose deal has nobody to address: it waits while its event is useful, and is ignored after that.
 * @param reasons why there is nobody, as sentences
 */
export function waitForContact(
  event: DealMoved,
  { deal }: Pick<DealContext, 'deal'>,
  reasons: string[],
  context: PlanContext,
  rules: Rules,
): Plan {
  const limit = rules.waitForContactSeconds;
  const until = waitingEnds(event, context, rules);
  const reason = reasons.join(' ');
  const { waitsForEmail, waitsForContact, waitedForEmail, waitedForContact } = en.reasons;
  const byEmail = rules.identifyBy === 'email';
  const waits = (byEmail ? waitsForEmail : waitsForContact)(durationText(limit));
  if (context.readAt < until)
    return {
      ...noActions(`${reason} ${waits}`),
      outcome: 'waiting',
      waitsFor: { contactIds: deal?.contactIds ?? [], until },
    };
  if (context.waitingSince === null || limit === 0) return noActions(reason);
  const waited = (byEmail ? waitedForEmail : waitedForContact)(durationText(limit));
  return noActions(`${reason === '' ? en.reasons.contactTooLate : reason} ${waited}`);
}

/** How long a deal that Kommo does not return is waited for, s after its stage change. */
const UNSEEN_DEAL_S = 600;

/**
 * The plan of a move whose deal Kommo does not return: a webhook can come before the API shows the deal, and the token may not
 * see an incoming lead until it is accepted. A deal that is still not there after ten minutes is gone.
 */
export function waitForDeal({ occurredAt }: DealMoved, { readAt, release }: PlanContext, rules: Rules): Plan {
  const limit = Math.min(rules.waitForContactSeconds, UNSEEN_DEAL_S);
  const until = occurredAt + limit;
  if (release !== null || readAt >= until) return noActions(en.reasons.dealGone, 'gone');
  const reason = en.reasons.dealUnseen(durationText(limit));
  return { ...noActions(reason, 'gone'), outcome: 'waiting', waitsFor: { contactIds: [], until } };
}

function contactFor({ identifyBy }: Rules): string {
  return identifyBy === 'email' ? 'a contact with an email' : 'a contact';
}

/**
 * Whether a move has waited for longer than its event is useful, as after a stop of Stagepost. Of a move that was held, a
 * person has decided that it is.
 */
export function waitedTooLong(event: DealMoved, context: PlanContext, rules: Rules): boolean {
  const { waitingSince, release, readAt } = context;
  return waitingSince !== null && release === null && readAt > waitingEnds(event, context, rules);
}

/** A move that was held begins to wait when it is released, as far as its time can still start a campaign. */
function waitingEnds(
  { occurredAt }: DealMoved,
  { release }: PlanContext,
  { waitForContactSeconds: limit }: Rules,
): UnixSeconds {
  if (release === null) return occurredAt + limit;
  const ends = release.at + limit;
  return release.timestamp === 'now'
    ? ends
    : Math.max(release.at, Math.min(ends, occurredAt + CAMPAIGN_AGE_S));
}

/** The note for the trace of an event that has waited; none where it did not wait. */
export function latenessOf(
  { occurredAt }: DealMoved,
  { waitingSince, readAt, release }: PlanContext,
  rules: Rules,
): string[] {
  if (waitingSince === null) return [];
  const late = roughDuration(Math.max(0, readAt - occurredAt));
  if (release !== null)
    return [`Sent ${late} after the stage change: it was held as one of many (bulk_guard).`];
  return [`Sent ${late} after the stage change: until then the event waited for ${contactFor(rules)}.`];
}
