import type { FailureCode } from '../../domain/errors.ts';

/** What Customer.io means by refusing an item, from the status and its own text; null where the text is not known. */
export function refusalCode(status: number, text: string): FailureCode | null {
  if (/identifier|e-?mail/i.test(text)) return 'identifier_refused';
  if (status === 413 || /too large|too big|bytes/i.test(text)) return 'payload_too_large';
  return null;
}
