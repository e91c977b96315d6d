import type { Logger } from 'pino';
import { freeBytes, NEEDED_BYTES } from '../../store/database/disk.ts';
import { EXIT } from '../terminal/exit.ts';

/** What is still answered before the end: every query fails at once now, so that it is a 503. */
const ANSWER_WITHIN_MS = 250;
const LOOK_EVERY_MS = 1_000;

/**
 * Ends the process after the embedded database has broken down, so that systemd or Docker starts it again. While the
 * disk is full a new process could not start either: until there is room this one stays and answers 503, after which
 * both senders come again soon. Customer.io waits an hour where nobody listens.
 */
export function exitOnBrokenDatabase(error: Error, dataDir: string, log: Logger): void {
  const isFull = () => freeBytes(dataDir) < NEEDED_BYTES;
  const end = () => {
    log.fatal({ err: error }, 'Stagepost ends with exit code 1, to be started again');
    setTimeout(() => process.exit(EXIT.failed), ANSWER_WITHIN_MS);
  };
  if (!isFull()) {
    end();
    return;
  }
  log.fatal(
    { err: error, dataDir, neededBytes: NEEDED_BYTES },
    'The disk is full. Every webhook is answered 503 until there is room',
  );
  const timer = setInterval(() => {
    if (isFull()) return;
    clearInterval(timer);
    end();
  }, LOOK_EVERY_MS);
}
