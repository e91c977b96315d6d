/*
 * The times of src/store/retention/kept-times.ts for a run of a minute or two. They keep the order of the real ones: a report is
 * repeated for a shorter time than its event is kept. The senders' waits are shortened as well (preload.ts): Kommo repeats a
 * webhook for 9.5 s, and Customer.io a report every 6 s.
 */

export const EVENTS_KEPT_MS = 30_000;
export const REPEATED_FOR_MS = 10_000;
export const UNCERTAIN_ORDER_S = 12;
export const SENT_EVENTS_KEPT_MS = 60_000;
/** Longer than any run: clients open an email again at any time. */
export const FIRST_REPORTS_KEPT_MS = 3_600_000;
export const SWEEP_EVERY_MS = 10_000;
/** Longer than any run; retention.ts sees to it that what is read again is kept. */
export const LOG_READ_BACK_MS = 3_600_000;
/** Entries appear up to three seconds late: as long as the fault lasts. */
export const LOG_OVERLAP_S = 8;
