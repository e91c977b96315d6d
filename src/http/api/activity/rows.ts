import { describeSender, senderOf } from '../../../domain/campaigns/sender.ts';
import { readMailState } from '../../../domain/consent/mail-state.ts';
import { describeEvent } from '../../../domain/describe-event.ts';
import type { Pipeline } from '../../../domain/entities.ts';
import { outcomeOf } from '../../../domain/event-outcome.ts';
import { readNoEmailReason } from '../../../domain/plan/no-email.ts';
import type { Sentences } from '../../../languages/languages.ts';
import { translateReason } from '../../../languages/translate-reason.ts';
import type { DisplayNames } from '../../../store/deals/names.ts';
import type { ListedEvent } from '../../../store/events/activity.ts';
import type { ActivityRow, Direction, EventKind } from './contract.ts';

const DIRECTIONS: Record<EventKind, Direction> = {
  deal_moved: 'to_customerio',
  deal_listed: 'to_customerio',
  deal_changed: 'to_customerio',
  deal_deleted: 'to_customerio',
  deal_restored: 'to_customerio',
  contact_changed: 'to_customerio',
  contact_deleted: 'to_customerio',
  contact_restored: 'to_customerio',
  contact_merged: 'to_customerio',
  mail_report: 'to_kommo',
  inactivity: 'clock',
};

/** Whether a webhook should have reported it: not where an account has none, nor where a backfill has found the deal. */
function isDueByWebhook({ payload }: ListedEvent): boolean {
  return payload.kind === 'deal_moved' && payload.backfillId === undefined && !payload.isPolled;
}

export function directionOf(kind: EventKind): Direction {
  return DIRECTIONS[kind];
}

/** An event as a list shows it. @param pipelines of its connection's account */
export function rowOf(
  event: ListedEvent,
  pipelines: Pipeline[],
  names: DisplayNames,
  words: Sentences,
): ActivityRow {
  const { id, connection, kind, name, deal_id, person, reason, rule, done, open, failed, dropped } = event;
  return {
    id,
    connection,
    kind,
    direction: directionOf(kind),
    name,
    title: describeEvent(event.payload, kind, pipelines, names, words),
    message: null,
    sender: senderText(event.payload, words),
    dealId: deal_id !== null && deal_id > 0 ? deal_id : null,
    deal: names.deal,
    person,
    client: names.client,
    occurredAt: Math.max(0, Math.round(event.occurred_at * 1000)),
    at: event.created_at,
    outcome: outcomeOf(event),
    reason: translateReason(reason, event.no_email, words),
    rule,
    actions: { done, open, failed, dropped },
    clientState: readMailState(event.client_state),
    noEmail: readNoEmailReason(event.no_email),
    reports: event.reports,
    repaired: event.unreported && isDueByWebhook(event),
  };
}

/** Without a name there is nothing worth a line. */
function senderText(payload: ListedEvent['payload'], { senders }: Sentences): string | null {
  const sender = payload.kind === 'mail_report' ? senderOf(payload) : null;
  return sender?.name ? describeSender(sender, senders) : null;
}
