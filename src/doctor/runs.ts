import { type Clients, type ConnectionCheck, checkConnection, type Fixable, fix } from './connection.ts';
import type { Finding } from './finding.ts';

/** What is known of a connection's checks. */
export interface KnownChecks {
  /** Whether a run is under way. */
  running: boolean;
  /** When the last run ended, ms; null: none yet. */
  checkedAt: number | null;
  findings: Finding[];
}

/** The checks of one connection in a running Stagepost: one run at a time, and the findings of the last. */
export interface CheckRuns {
  known(): KnownChecks;
  /** Begins a run, unless one is under way or the connection is not run here. */
  start(): void;
  /** The same where the last run is older than this, ms. */
  startIfOlder(ms: number): void;
  /**
   * Mends what one check has found, as far as Stagepost can.
   * @returns what it finds then; null where the connection is not run here.
   */
  mend(check: Fixable): Promise<Finding[] | null>;
}

export interface CheckRunsOptions {
  /** With the rules that count now. */
  config(): Promise<ConnectionCheck['config']>;
  /** The clients with which the connection runs: their rate is the account's. Null while it is not run here. */
  clients(): Clients | null;
  publicUrl(): string | null;
  now(): number;
}

export function createCheckRuns({ config, clients, publicUrl, now }: CheckRunsOptions): CheckRuns {
  let known: KnownChecks = { running: false, checkedAt: null, findings: [] };
  /** Runs and mendings, one after the other. */
  let turn: Promise<unknown> = Promise.resolve();

  const checkWith = async (found: Clients, fix: boolean): Promise<ConnectionCheck> => ({
    config: await config(),
    clients: found,
    fix,
    publicUrl: publicUrl(),
    nowSeconds: Math.floor(now() / 1000),
  });

  async function run(): Promise<void> {
    const found = clients();
    let findings: Finding[] | null = null;
    try {
      findings = found ? await checkConnection(await checkWith(found, false)) : null;
    } finally {
      // Who has lost the connection meanwhile was refused every call, which says nothing about the accounts.
      known =
        findings && clients() ? { running: false, checkedAt: now(), findings } : { ...known, running: false };
    }
  }

  function start(): void {
    if (known.running || !clients()) return;
    known = { ...known, running: true };
    // Where the rules cannot be read, what was found before stays.
    turn = turn.then(run).catch(() => {});
  }

  async function mendNow(check: Fixable): Promise<Finding[] | null> {
    const found = clients();
    if (!found) return null;
    const findings = await fix(check, await checkWith(found, true));
    const first = known.findings.findIndex((finding) => finding.check === check);
    const others = known.findings.filter((finding) => finding.check !== check);
    const place = first < 0 ? others.length : first;
    known = { ...known, findings: [...others.slice(0, place), ...findings, ...others.slice(place)] };
    return findings;
  }

  return {
    known: () => known,
    start,
    startIfOlder(ms) {
      if (known.checkedAt === null || now() - known.checkedAt > ms) start();
    },
    mend(check) {
      const done = turn.then(() => mendNow(check));
      turn = done.catch(() => {});
      return done;
    },
  };
}
