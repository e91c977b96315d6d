import type { Millis } from '../database/schema.ts';

/*
 * The times that decide what retention removes, in one file, so that the torture run can have shorter ones (torture/retention/).
 */

const DAY_MS = 86_400_000;

/**
 * How long an event is kept at least, with its key, actions and moves: so long a repeated report of it is recognised, and a
 * report about its email finds its deal.
 */
export const EVENTS_KEPT_MS: Millis = 90 * DAY_MS;

/** How far back Kommo's events log is read at most: what is older may be a move whose event is gone. */
export const LOG_READ_BACK_MS: Millis = EVENTS_KEPT_MS - 10 * DAY_MS;

/** Entries can appear late in Kommo's events log, so each reading begins this long before the end of the last one, s. */
export const LOG_OVERLAP_S = 600;

/** Customer.io repeats a report for 7 days (Customer.io docs: Reporting webhooks), and Kommo a webhook for 95 minutes. */
export const REPEATED_FOR_MS: Millis = 8 * DAY_MS;

/** How long the first report of a message is remembered: people open emails again months later. */
export const FIRST_REPORTS_KEPT_MS: Millis = 400 * DAY_MS;

/**
 * How long an event that was sent to Customer.io is remembered by the id with which it was sent: its campaign may send emails for
 * months, and reports about them name it.
 */
export const SENT_EVENTS_KEPT_MS: Millis = 400 * DAY_MS;

/**
 * Moves that are this close may be stored with their times in the wrong order, s: Kommo repeats a webhook for 95 minutes, and
 * integrations write local times.
 */
export const UNCERTAIN_ORDER_S = 86_400 + 7_200;

/** What kept an event may end later: a dead letter is discarded, the deal moves on. So all events are visited again, ms. */
export const SWEEP_EVERY_MS: Millis = 7 * DAY_MS;
