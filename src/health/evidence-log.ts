import type { Evidence } from '../store/health/evidence.ts';
import type { Fingerprints } from './credentials.ts';
import type { EvidenceFacts, EvidenceName } from './facts.ts';

export interface EvidenceLogOptions {
  /** By the name of the connection. */
  fingerprints: ReadonlyMap<string, Fingerprints>;
  now(): number;
  /** Adds evidence to the database. @throws the database's error; the evidence is kept for the next time. */
  store(evidence: Evidence[]): Promise<void>;
}

/** The time of something that is already proven is stored this often, ms: a busy connection would write all the time. */
const REPEAT_MS = 30_000;

/** Collects what this process sees of each connection, and stores it for the process that judges. */
export class EvidenceLog {
  readonly #options: EvidenceLogOptions;
  /** Not stored yet, by connection and name. */
  #pending = new Map<string, Evidence>();
  /** What the database holds, by the last reading. */
  #stored = new Map<string, Evidence>();

  constructor(options: EvidenceLogOptions) {
    this.#options = options;
  }

  /** Records that something was seen now. Costs a look-up: it is called for every webhook and every call. */
  note(connection: string, name: EvidenceName, detail: string | null = null): void {
    const fingerprint = this.#options.fingerprints.get(connection)?.[name];
    if (fingerprint === undefined) return;
    const at = this.#options.now();
    const key = `${connection} ${name}`;
    const pending = this.#pending.get(key);
    if (pending) Object.assign(pending, { at, detail, count: pending.count + 1 });
    else this.#pending.set(key, { connection, name, fingerprint, firstAt: at, at, count: 1, detail });
  }

  /**
   * Stores what is new.
   * @param all also what is only newer than what is stored: at the end of the process
   * @throws the database's error; what could not be stored is kept
   */
  async flush(all = false): Promise<void> {
    const due = [...this.#pending].filter(([key, evidence]) => all || this.#isDue(key, evidence));
    if (due.length === 0) return;
    for (const [key] of due) this.#pending.delete(key);
    try {
      await this.#options.store(due.map(([, evidence]) => evidence));
    } catch (error) {
      for (const [key, evidence] of due) {
        const newer = this.#pending.get(key);
        this.#pending.set(key, newer ? merged(evidence, newer) : evidence);
      }
      throw error;
    }
    for (const [key, evidence] of due) this.#stored.set(key, merged(this.#stored.get(key), evidence));
  }

  /** To be called with what all processes have stored. */
  refresh(stored: Evidence[]): void {
    this.#stored = new Map(stored.map((evidence) => [`${evidence.connection} ${evidence.name}`, evidence]));
  }

  facts(connection: string): EvidenceFacts {
    const current = new Map<EvidenceName, Evidence>();
    const former = new Map<EvidenceName, Evidence>();
    const fingerprints = this.#options.fingerprints.get(connection);
    for (const [name, fingerprint] of Object.entries(fingerprints ?? {}) as [EvidenceName, string][]) {
      const stored = this.#stored.get(`${connection} ${name}`);
      const pending = this.#pending.get(`${connection} ${name}`);
      if (stored && stored.fingerprint !== fingerprint) former.set(name, stored);
      const seen = pending ? merged(stored, pending) : stored;
      if (seen?.fingerprint === fingerprint) current.set(name, seen);
    }
    return { current, former };
  }

  /** Where something newer contradicts what is stored, such as a refusal after the stored proof, nothing waits. */
  #isDue(key: string, { connection, fingerprint, at }: Evidence): boolean {
    const stored = this.#stored.get(key);
    if (stored?.fingerprint !== fingerprint || at - stored.at >= REPEAT_MS) return true;
    const others = [...this.#stored.values()].filter((other) => other.connection === connection);
    return others.some((other) => other.fingerprint === fingerprint && other.at > stored.at);
  }
}

function merged(stored: Evidence | undefined, seen: Evidence): Evidence {
  if (stored?.fingerprint !== seen.fingerprint) return { ...seen };
  return {
    ...seen,
    firstAt: Math.min(stored.firstAt, seen.firstAt),
    at: Math.max(stored.at, seen.at),
    count: stored.count + seen.count,
  };
}
