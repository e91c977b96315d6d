import type { MailReport } from './events.ts';

/** The event of ours that started the campaign of a report's email. */
export interface EmailTrigger {
  /** The stage change, or the inactivity timer that ran out. */
  eventId: number;
  /** The deal that it happened to: the email belongs to this deal, whoever else is on it. */
  dealId: number;
}

/**
 * The id of the event that started the campaign of a report's email, in capitals; null where the report names none, or
 * something that is no ULID. Customer.io's OpenAPI: `trigger_event_id`, "the ID of an event that triggered a campaign or
 * action". Newsletters and campaigns of a segment have none. Whether it is the id with which Stagepost has sent the event is
 * not documented.
 */
export function triggerEventId({ values }: Pick<MailReport, 'values'>): string | null {
  const { trigger_event_id: id } = values;
  return typeof id === 'string' && /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(id) ? id.toUpperCase() : null;
}
