import { hostname } from 'node:os';

type Fields = Record<string, unknown>;

/** What the supervisor logs. */
export interface WatchdogLog {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

/** The numbers of pino's levels (pino's documentation, "logger.levels"). */
const LEVELS: Record<string, number> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  silent: Number.POSITIVE_INFINITY,
};

/**
 * Writes the same JSON lines as the server's log, which is pino's. Loading pino for a handful of messages would cost this
 * small process some megabytes.
 * @param write gets a whole line
 */
export function createWatchdogLog(level: string, write: (line: string) => void): WatchdogLog {
  const threshold = LEVELS[level] ?? 30;
  const at = (number: number) => (fields: Fields, msg: string) => {
    if (number < threshold) return;
    const head = { level: number, time: Date.now(), pid: process.pid, hostname: hostname() };
    write(`${JSON.stringify({ ...head, ...fields, msg })}\n`);
  };
  return { info: at(30), warn: at(40), error: at(50) };
}
