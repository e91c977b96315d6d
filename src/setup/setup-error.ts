/**
 * - `not_found`: there is no setup of this name
 * - `conflict`: the name is in use, or a step before is not done
 * - `invalid`: an answer that cannot be understood
 * - `unavailable`: the key of the secrets is missing
 */
export type SetupErrorCode = 'not_found' | 'conflict' | 'invalid' | 'unavailable';

/** A request about a setup that cannot be fulfilled. `message` is for a person and holds no secret. */
export class SetupError extends Error {
  readonly code: SetupErrorCode;
  constructor(code: SetupErrorCode, message: string) {
    super(message);
    this.name = 'SetupError';
    this.code = code;
  }
}
