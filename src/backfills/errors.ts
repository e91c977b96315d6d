/**
 * - `not_found`: no such backfill or connection
 * - `invalid`: a name in the filter that the account does not have
 * - `conflict`: the state of the backfill, or another backfill of the connection, does not allow it
 */
export type BackfillErrorCode = 'not_found' | 'invalid' | 'conflict';

/** A request about backfills that cannot be fulfilled. `message` is for a person. */
export class BackfillError extends Error {
  readonly code: BackfillErrorCode;

  constructor(code: BackfillErrorCode, message: string) {
    super(message);
    this.name = 'BackfillError';
    this.code = code;
  }
}
