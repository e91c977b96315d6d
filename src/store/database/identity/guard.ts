import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockData } from '../embedded/data-lock.ts';
import { openEmbedded } from '../embedded/embedded.ts';
import {
  type CurrentDatabase,
  type DatabaseOverride,
  type DatabasePlace,
  isAccepted,
  judgeDatabase,
  type KnownDatabase,
  type LastDatabase,
  mayRepeat,
  type Verdict,
} from './decide.ts';
import { type DatabaseFacts, EMPTY, isEmpty, type Query, readFacts } from './facts.ts';
import { embeddedPlace } from './place.ts';
import { readBackFirst } from './read-back-first.ts';
import { readLastDatabase, writeLastDatabase } from './record.ts';
import { type Difference, OtherDatabase, refusalMessage } from './refusal.ts';
import { readSeenState, writeSeenState } from './seen-states.ts';

/** How often the record of a running server is brought up to date, in ms. */
const RECORD_EVERY_MS = 60_000;

export interface DatabaseGuardOptions {
  /** The folder with the record, and of the embedded database. */
  dataDir: string;
  /** The folder with the states of databases that were seen (see seen-states.ts); null for none. */
  stateDir: string | null;
  /** What the operator accepts for this start. */
  overrides: DatabaseOverride[];
  now(): number;
  /** Called when the record cannot be written: the next start cannot notice another database. */
  onError(error: unknown): void;
}

/**
 * Keeps a start from using another database than the last one by mistake, for example after DATABASE_URL was set or lost,
 * or after an older backup was restored. The data folder has a record of the database that was used last.
 */
export class DatabaseGuard {
  readonly #options: DatabaseGuardOptions;
  #timer: NodeJS.Timeout | null = null;
  #record: (() => Promise<void>) | null = null;
  /** What the database had before the migrations, which change nothing of it. */
  #facts: DatabaseFacts = EMPTY;
  /** The verdict that the operator has accepted. */
  #accepted: Verdict = 'same';

  constructor(options: DatabaseGuardOptions) {
    this.#options = options;
  }

  /**
   * To be called before anything is written to the database.
   * @throws OtherDatabase where it is not the one that was used last, and the operator has not accepted it.
   */
  async check(current: CurrentDatabase): Promise<void> {
    const { dataDir, stateDir, overrides } = this.#options;
    this.#facts = current.facts;
    const difference = await findDifference(dataDir, stateDir, current);
    if (difference === null) return;
    const record = readLastDatabase(dataDir);
    const seen = readSeenState(stateDir, current.facts.installation);
    const usedBefore = [...(record?.words ?? []), ...(seen?.words ?? [])];
    if (isAccepted(difference.verdict, overrides, usedBefore)) {
      this.#accepted = difference.verdict;
      return;
    }
    // An override that is no longer given may be given again.
    const stillGiven = usedBefore.filter((override) => overrides.includes(override));
    if (record) this.#writeRecord({ ...record, words: stillGiven });
    if (seen) writeSeenState(stateDir, { ...seen, words: stillGiven });
    const isOverrideUsed = isAccepted(difference.verdict, overrides, []);
    throw new OtherDatabase(refusalMessage(difference, isOverrideUsed));
  }

  /**
   * Gives the database an identity if it has none, and keeps the record from then on. Where another database may have done
   * since what this one still has to do, it is made to read back first. To be called after the migrations.
   */
  async adopt(place: DatabasePlace, query: Query): Promise<void> {
    const { stateDir, overrides, now } = this.#options;
    await query(
      `insert into installation (id, created_at) values ('${randomUUID()}', ${now()}) on conflict do nothing`,
    );
    if (mayRepeat(this.#facts, this.#accepted)) await query(readBackFirst(now()));
    const { rows } = await query('select id from installation');
    const installation = (rows[0] as { id: string }).id;
    const write = (facts: DatabaseFacts) => {
      const state = { ...place, facts, usedAt: now(), words: overrides };
      this.#writeRecord(state);
      writeSeenState(stateDir, state);
    };
    // Reading the facts once more would take a start some milliseconds.
    const { origin: _, ...facts } = this.#facts;
    write({ ...facts, installation });
    this.#record = async () => write(await readFacts(query));
    // A database that does not answer is reported by everything else that uses it.
    this.#timer = setInterval(() => void this.#record?.().catch(() => {}), RECORD_EVERY_MS);
    this.#timer.unref();
  }

  /** To be called before the database is closed. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#record?.().catch(() => {});
    this.#record = null;
  }

  #writeRecord(record: LastDatabase): void {
    const { dataDir, onError } = this.#options;
    try {
      // Stagepost's own user could not read what root writes into its folder.
      if (process.getuid?.() === 0 && existsSync(dataDir) && statSync(dataDir).uid !== 0) return;
      writeLastDatabase(dataDir, record);
    } catch (error) {
      onError(error);
    }
  }
}

/**
 * How a database differs from the one that was used last, so that a start with it needs an override; null where it needs none.
 * Writes nothing.
 */
export async function findDifference(
  dataDir: string,
  stateDir: string | null,
  current: CurrentDatabase,
): Promise<Difference | null> {
  const last = readLastDatabase(dataDir) ?? (await embeddedLeftBehind(dataDir, current));
  // A data folder that was restored from a backup has the record of its time.
  const seen = readSeenState(stateDir, current.facts.installation);
  for (const before of [last, seen]) {
    const verdict = judgeDatabase(before, current);
    if (verdict === 'moved') return { verdict, current, last: before };
    if (before !== null && verdict !== 'same') return { verdict, current, last: before };
  }
  return null;
}

/** The embedded database that lies in the data folder while an empty PostgreSQL is to be used; null where there is none. */
async function embeddedLeftBehind(dataDir: string, current: CurrentDatabase): Promise<KnownDatabase | null> {
  if (current.kind === 'embedded' || !isEmpty(current.facts) || !existsSync(join(dataDir, 'db'))) return null;
  const place = { ...embeddedPlace(dataDir), usedAt: null };
  try {
    return { ...place, facts: await readFolder(dataDir) };
  } catch (error) {
    return { ...place, facts: null, unreadable: error instanceof Error ? error.message : String(error) };
  }
}

async function readFolder(dataDir: string) {
  const lock = lockData(dataDir, randomUUID());
  try {
    const database = await openEmbedded(join(dataDir, 'db'));
    try {
      return await readFacts((statement) => database.query(statement));
    } finally {
      await database.close();
    }
  } finally {
    lock.release();
  }
}
