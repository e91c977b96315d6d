import { type Logger, pino, stdSerializers } from 'pino';

/** The log: JSON lines on stderr, because stdout belongs to the output of the command. */
export function createLog(level: string): Logger {
  const options = { level, serializers: { err: withoutData } };
  return pino(options, pino.destination(2)) as Logger;
}

/**
 * Type, message, code and stack of an error, and none of its other properties: errors of the database carry the parameters
 * of the statement, which are personal data.
 */
export function withoutData(error: Error): Record<string, unknown> {
  const { type, message, stack, code } = stdSerializers.err(error) as Record<string, unknown>;
  // An API that does not answer is not a bug here, so the stack would say nothing.
  if (type === 'DeliveryError') return { type, message };
  return code === undefined ? { type, message, stack } : { type, message, stack, code };
}
