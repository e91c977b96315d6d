import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../simulators/common/random.ts';
import type { PostgresServer } from '../test/support/postgres-server.ts';
import { finish, spawnStagepost } from '../test/support/stagepost-process.ts';
import type { ObservedReport } from './observed.ts';
import type { Processes } from './processes.ts';

/** Moves the data to another database, or restores a backup that is some seconds old, in the middle of the load. */
export interface Transfers {
  start(): void;
  /** Resolves when the one under way has ended and all processes are up again. */
  stop(): Promise<void>;
  counts(): Record<string, number>;
  /** The reports with those marked that only a lost database has had, and that nothing brings back as they were. */
  withLost(reports: ObservedReport[]): ObservedReport[];
}

export interface TransferOptions {
  folder: string;
  /** Of the processes; names the database that they use. */
  env: Record<string, string>;
  processes: Processes;
  postgres: PostgresServer | null;
  seed: number;
  /** The mean time from one to the next, s; 0: none. */
  moveEverySeconds: number;
  restoreEverySeconds: number;
}

/** The load after a backup that the restored database knows nothing of, ms. */
const LOST_MS = [2_000, 10_000] as const;
/** Half of the moves are killed after this time, ms, and done again. */
const KILLED_AFTER_MS = 2_500;
const RETRY_MS = 1_000;
const RESTORE_TRIES = 10;
const ONLY_BY_WEBHOOK = new Set(['email_opened', 'email_clicked', 'email_converted']);

export function createTransfers(options: TransferOptions): Transfers {
  const { folder, env, processes, postgres, seed } = options;
  const random = seededRandom(seed + 5);
  const counts = { moves: 0, 'moves killed': 0, restores: 0 };
  const problems: string[] = [];
  /** From the beginning of each backup to the start of the restored database, unix ms. */
  const lost: { from: number; to: number }[] = [];
  let places = 0;
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();

  /** A new place for the data: on the server or in a folder. */
  async function newPlace(isOnServer: boolean): Promise<Record<string, string>> {
    places += 1;
    if (postgres && isOnServer) {
      try {
        await postgres.createDatabase(`place${places}`);
      } catch {
        // One of the faults has just stopped the server.
        await sleep(RETRY_MS);
        return newPlace(isOnServer);
      }
      return { DATABASE_URL: `${postgres.url}/place${places}` };
    }
    mkdirSync(join(folder, `place${places}`));
    return { STAGEPOST_DATA: `place${places}` };
  }

  function use(place: Record<string, string>): void {
    delete env.DATABASE_URL;
    Object.assign(env, place);
  }

  async function run(args: string[], killAfterMs: number | null): Promise<boolean> {
    const child = spawnStagepost(args, { folder, env });
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const { code, err } = await finish(child);
    if (timer) clearTimeout(timer);
    if (code !== 0 && code !== null) problems.push(`${args[0]}: ${err}`);
    return code === 0;
  }

  async function moveOnce(): Promise<void> {
    const place = await newPlace(!env.DATABASE_URL);
    const to = place.DATABASE_URL ?? place.STAGEPOST_DATA!;
    await processes.whileDown(random() < 0.5 ? 'SIGTERM' : 'SIGKILL', async () => {
      for (let isKilled = random() < 0.5; ; isKilled = false) {
        const isDone = await run(['move', '--to', to, '--yes'], isKilled ? KILLED_AFTER_MS * random() : null);
        if (isDone) break;
        if (isKilled) counts['moves killed'] += 1;
        // Processes that were killed count as running for some seconds.
        else await sleep(RETRY_MS);
      }
      use(place);
    });
    counts.moves += 1;
  }

  async function restoreOnce(): Promise<void> {
    const file = `backup${counts.restores}`;
    const from = Date.now();
    // A server that has just been killed has no database open; the next try finds it.
    while (!(await run(['backup', file], null))) await sleep(RETRY_MS);
    await sleep(LOST_MS[0] + random() * (LOST_MS[1] - LOST_MS[0]));
    await processes.whileDown('SIGKILL', async () => {
      // Several processes need the server, which the faults restart.
      const isOnServer = env.DATABASE_URL !== undefined;
      for (let tries = 1; ; tries += 1) {
        use(await newPlace(isOnServer));
        if (await run(['restore', file, '--yes'], null)) break;
        if (tries === RESTORE_TRIES) throw new Error(problems.at(-1));
        await sleep(RETRY_MS);
      }
    });
    lost.push({ from, to: Date.now() });
    counts.restores += 1;
  }

  async function repeat(everySeconds: number, once: () => Promise<void>): Promise<void> {
    while (!isStopping) {
      await sleep(everySeconds * 1_000 * (0.5 + random()));
      if (!isStopping) await once();
    }
  }

  return {
    start() {
      const { moveEverySeconds, restoreEverySeconds } = options;
      if (moveEverySeconds > 0) running = repeat(moveEverySeconds, moveOnce);
      else if (restoreEverySeconds > 0) running = repeat(restoreEverySeconds, restoreOnce);
    },
    async stop() {
      isStopping = true;
      await running;
      for (const problem of problems.slice(0, 3)) console.log(`  ${problem.trim()}`);
    },
    counts: () => counts,
    withLost: (reports) =>
      reports.map((report) => {
        const { name, acceptedAt } = report;
        const isLost = lost.some(({ from, to }) => acceptedAt >= from && acceptedAt <= to);
        return isLost && ONLY_BY_WEBHOOK.has(name) ? { ...report, isLost } : report;
      }),
  };
}
