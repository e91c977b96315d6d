import type { Logger } from 'pino';
import { freeBytes, NEEDED_BYTES } from '../../store/database/disk.ts';
import { EXIT } from '../terminal/exit.ts';

/** Requests under way get this long. Every query fails at once now, so they are answered 503. */
const GRACE_MS = 250;
const CHECK_EVERY_MS = 1_000;

/**
 * Ends the process after the embedded database has broken, so that systemd or Docker restarts it. While the disk is full,
 * a new process could not start either: this one stays and answers 503, after which both senders retry soon. Where nobody
 * listens, Customer.io waits for an hour.
 */
export function exitOnBrokenDatabase(error: Error, dataDir: string, log: Logger): void {
  const isFull = () => freeBytes(dataDir) < NEEDED_BYTES;
  const exit = () => {
    log.fatal(
      { err: error },
      'The embedded database has broken. Stagepost ends with exit code 1, to be restarted',
    );
    setTimeout(() => process.exit(EXIT.failed), GRACE_MS);
  };
  if (!isFull()) {
    exit();
    return;
  }
  log.fatal(
    { err: error, dataDir, neededBytes: NEEDED_BYTES },
    'The disk is full. Every webhook is answered 503 until there is space',
  );
  const timer = setInterval(() => {
    if (isFull()) return;
    clearInterval(timer);
    exit();
  }, CHECK_EVERY_MS);
}
