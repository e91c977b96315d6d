/** A request that is refused: the error handler answers with this status, and with `message` for a person to read. */
export class HttpError extends Error {
  readonly statusCode: number;
  /** Sent as the header Retry-After. */
  readonly retryAfterSeconds: number | null;
  constructor(statusCode: number, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.statusCode = statusCode;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
