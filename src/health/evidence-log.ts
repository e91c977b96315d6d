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
  /** Not stored yet. */
  readonly #pending: EvidenceMap = new Map();
  /** What the database holds, by the last reading. */
  readonly #stored: EvidenceMap = new Map();

  constructor(options: EvidenceLogOptions) {
    this.#options = options;
  }

  /** Records that something was seen now. Costs a look-up: it is called for every webhook and every call. */
  note(connection: string, name: EvidenceName, detail: string | null = null): void {
    const fingerprint = this.#options.fingerprints.get(connection)?.[name];
    if (fingerprint === undefined) return;
    const at = this.#options.now();
    const pending = this.#pending.get(connection)?.get(name);
    if (pending) Object.assign(pending, { at, detail, count: pending.count + 1 });
    else put(this.#pending, { connection, name, fingerprint, firstAt: at, at, count: 1, detail });
  }

  /**
   * Stores what is new.
   * @param all also what is only newer than what is stored: at the end of the process
   * @throws the database's error; what could not be stored is kept
   */
  async flush(all = false): Promise<void> {
    const due = [...this.#pending.values()]
      .flatMap((ofConnection) => [...ofConnection.values()])
      .filter((evidence) => all || this.#isDue(evidence));
    if (due.length === 0) return;
    for (const { connection, name } of due) this.#pending.get(connection)?.delete(name);
    try {
      await this.#options.store(due);
    } catch (error) {
      for (const evidence of due) {
        const newer = this.#pending.get(evidence.connection)?.get(evidence.name);
        put(this.#pending, newer ? merged(evidence, newer) : evidence);
      }
      throw error;
    }
    for (const evidence of due) {
      const stored = this.#stored.get(evidence.connection)?.get(evidence.name);
      put(this.#stored, merged(stored, evidence));
    }
  }

  /** To be called with all that all processes have stored of these connections. */
  refresh(connections: readonly string[], stored: readonly Evidence[]): void {
    for (const connection of connections) this.#stored.delete(connection);
    for (const evidence of stored) put(this.#stored, evidence);
  }

  facts(connection: string): EvidenceFacts {
    const current = new Map<EvidenceName, Evidence>();
    const former = new Map<EvidenceName, Evidence>();
    const fingerprints = this.#options.fingerprints.get(connection);
    const ofStored = this.#stored.get(connection);
    const ofPending = this.#pending.get(connection);
    for (const [name, fingerprint] of Object.entries(fingerprints ?? {}) as [EvidenceName, string][]) {
      const stored = ofStored?.get(name);
      const pending = ofPending?.get(name);
      if (stored && stored.fingerprint !== fingerprint) former.set(name, stored);
      const seen = pending ? merged(stored, pending) : stored;
      if (seen?.fingerprint === fingerprint) current.set(name, seen);
    }
    return { current, former };
  }

  /** Where something newer contradicts what is stored, such as a refusal after the stored proof, nothing waits. */
  #isDue({ connection, name, fingerprint, at }: Evidence): boolean {
    const ofConnection = this.#stored.get(connection);
    const stored = ofConnection?.get(name);
    if (stored?.fingerprint !== fingerprint || at - stored.at >= REPEAT_MS) return true;
    return [...ofConnection!.values()].some(
      (other) => other.fingerprint === fingerprint && other.at > stored.at,
    );
  }
}

/** By connection and name: thousands of connections are looked up in every round. */
type EvidenceMap = Map<string, Map<string, Evidence>>;

function put(map: EvidenceMap, evidence: Evidence): void {
  const ofConnection = map.get(evidence.connection);
  if (ofConnection) ofConnection.set(evidence.name, evidence);
  else map.set(evidence.connection, new Map([[evidence.name, evidence]]));
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
