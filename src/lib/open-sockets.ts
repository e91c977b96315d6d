import { readFileSync } from 'node:fs';
import { buildConnector } from 'undici';

/** Opens a socket for undici. */
export type Connect = buildConnector.connector;

/** A socket without a call is closed after this time, ms, whatever a server allows: nginx allows 75 s, and thousands add up. */
export const IDLE_SOCKET_MS = 4_000;

/**
 * Bounds the sockets that all clients of a process have open together. Where all are in use, the next one waits until one is
 * closed, which takes seconds: a call waits instead of failing with EMFILE, which would end the process.
 */
export class OpenSockets {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many are open or being opened. */
  get size(): number {
    return this.#open;
  }

  /** @param open opens a socket; default: as undici does */
  connect(open: Connect = buildConnector({})): Connect {
    return (options, callback) =>
      this.#whenFree(() =>
        open(options, (error, socket) => {
          if (error === null) {
            socket.once('close', () => this.#release());
            callback(null, socket);
          } else {
            this.#release();
            callback(error, null);
          }
        }),
      );
  }

  #whenFree(work: () => void): void {
    if (this.#open >= this.#limit) {
      this.#waiting.push(work);
      return;
    }
    this.#open += 1;
    work();
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#open -= 1;
  }
}

/** The most files and sockets that this process may have open (`ulimit -n`); null where the system does not say. */
export function openFilesLimit(): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)![1]);
  } catch {
    return null;
  }
}

/** What stays free for webhooks that come in, the console, the database and files. */
const RESERVED_PART = 1 / 4;
const USUAL_LIMIT = 4_096;

/** How many sockets the clients may have open. Pure. @param limit as `openFilesLimit` */
export function socketsWithin(limit: number | null): number {
  return Math.floor((limit ?? USUAL_LIMIT) * (1 - RESERVED_PART));
}

/** An installation of any size needs so many; and each connection about so many when all of them start. */
const FEWEST_FILES = 512;
const FILES_FOR_EACH = 0.3;

/**
 * What is wrong with a limit of open files, as sentences with what to do; null where it suffices. Pure.
 * @param limit as `openFilesLimit`, @param connections how many there are
 */
export function openFilesProblem(limit: number | null, connections: number): string | null {
  const needed = Math.max(FEWEST_FILES, Math.ceil((connections * FILES_FOR_EACH) / 512) * 512);
  if (limit === null || limit >= needed) return null;
  return (
    `This process may open ${limit} files and sockets, which is too few for ${connections} connections: calls to Kommo and ` +
    `Customer.io wait for each other. Allow ${needed}: "ulimit -n ${needed}" before the start, LimitNOFILE=${needed} in a systemd ` +
    `unit, or --ulimit nofile=${needed} for a container.`
  );
}
