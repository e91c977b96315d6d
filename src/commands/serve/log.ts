import { type Logger, pino, stdSerializers } from 'pino';

/**
 * The program's log: JSON lines on stderr, so that stdout keeps to what commands promise. Errors of
 * the database carry its statement's parameters, which are personal data; only what explains the
 * error is logged.
 */
export function createLog(level: string): Logger {
  const options = { level, serializers: { err: withoutData } };
  return pino(options, pino.destination(2)) as Logger;
}

/** Type, words, code and stack of an error, and nothing else that hangs on it. */
export function withoutData(error: Error): Record<string, unknown> {
  const { type, message, stack, code } = stdSerializers.err(error) as Record<string, unknown>;
  // A destination that does not answer is no fault of the program: where it was noticed tells nothing.
  if (type === 'DeliveryError') return { type, message };
  return code === undefined ? { type, message, stack } : { type, message, stack, code };
}
