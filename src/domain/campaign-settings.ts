/**
 * Keys in an event's data that Customer.io treats as settings of the campaign's emails (Customer.io docs, Track API).
 * The client renames them, and the configuration check warns about them.
 */
export const CAMPAIGN_SETTINGS: ReadonlySet<string> = new Set(['recipient', 'from_address', 'reply_to']);

/** Customer.io docs: only events of the last 72 hours can start campaigns; older ones are stored only. */
export const CAMPAIGN_AGE_S = 72 * 3_600;
