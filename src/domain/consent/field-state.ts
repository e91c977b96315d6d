import type { UnixSeconds } from '../entities.ts';

/**
 * What a person's reports have set a deal field to. Opt-outs, complaints and failures are in the ledger: only versions
 * before it remembered them here.
 */
export interface FieldState {
  value: string;
  /** When the report that set the value happened. */
  at: UnixSeconds;
  /** The name of that report; missing in records of the first versions. */
  by?: string;
  /** The times of the latest opt-out and opt-in, in records of versions before the ledger. */
  optOutAt?: UnixSeconds;
  optInAt?: UnixSeconds;
}

/**
 * Whether the value was set by an opt-out, a complaint or a failure, which the ledger knows. Records of the first versions
 * do not name the report: there the value decides.
 */
export function isRestrictiveState({ by, value }: FieldState): boolean {
  if (by !== undefined) return isRestrictiveReport(by);
  return /^(unsubscribed|spam|complained|bounced)$/i.test(value);
}

/** Whether a report of this name can begin a state that the ledger knows. */
export function isRestrictiveReport(name: string): boolean {
  return /^(email|customer)_(unsubscribed|dropped|suppressed)$|_spammed$|^email_bounced$/.test(name);
}
