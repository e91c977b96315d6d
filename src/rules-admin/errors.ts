/**
 * - `invalid`: the draft has mistakes, or names something that Kommo does not have
 * - `not_found`: there is no such version, event, deal or stage
 * - `conflict`: another version was published since, the rules are kept in the file, or an event's contents are gone
 * - `busy`: the user's own requests, or a comparison of the connection, are still being worked on
 * - `overloaded`: too many requests about rules wait to be worked on
 * - `unavailable`: Kommo cannot be read now, or the process that runs the connection does not answer
 * - `internal`: a bug; the log of the process that runs the connection has the details
 */
export type RulesErrorCode =
  | 'invalid'
  | 'not_found'
  | 'conflict'
  | 'busy'
  | 'overloaded'
  | 'unavailable'
  | 'internal';

/** A request about rules that cannot be fulfilled. `message` is for a person and holds no secret. */
export class RulesError extends Error {
  readonly code: RulesErrorCode;
  constructor(code: RulesErrorCode, message: string) {
    super(message);
    this.name = 'RulesError';
    this.code = code;
  }
}
