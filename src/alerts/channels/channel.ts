import type { AlertMessage } from '../../domain/alerts.ts';

/** How a message reaches a receiver. */
export interface Channel {
  /**
   * Sends one message. Resolves when the receiver has accepted it.
   * @param isRepeated whether an earlier attempt may have arrived although its outcome is not known
   * @throws AlertError
   */
  send(message: AlertMessage, options: { signal: AbortSignal; isRepeated: boolean }): Promise<void>;
}

/** Why a message did not reach its receiver. The message is a sentence for people, and never contains a secret. */
export class AlertError extends Error {
  /** Whether trying again soon is of no use: somebody must act. The others are told at once. */
  readonly isPermanent: boolean;
  /** The shortest wait before the next attempt, ms; null where the receiver names none. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    options: { isPermanent?: boolean; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AlertError';
    this.isPermanent = options.isPermanent ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
