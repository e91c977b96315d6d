import { type Logger, pino, stdSerializers } from 'pino';
import { escapeControls } from '../../lib/control-characters.ts';

/** The log: JSON lines on stderr, because stdout belongs to the output of the command. */
export function createLog(level: string): Logger {
  const options = { level, serializers: { err: withoutData } };
  const stderr = pino.destination(2);
  // JSON leaves C1 controls and changes of direction as they are, and logs are read on terminals.
  return pino(options, { write: (line: string) => stderr.write(escapeControls(line)) }) as Logger;
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
