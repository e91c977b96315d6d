import { READ_BACK_MS, type Restored } from '../../../store/restored.ts';

/**
 * - `reading`: the logs of Kommo and Customer.io are read. Nothing is planned or sent.
 * - `planning`: what they have shown becomes actions. Nothing is sent.
 * - `over`: as usual; final.
 */
type CatchUpState = 'reading' | 'planning' | 'over';

/**
 * After a restore, what the lost database knew is read and planned before anything is sent: an open action may concern a client
 * who has another address since then, and a value for a deal may be older than an opt-out that only the logs have. It ends with
 * the first planning after both logs, at the latest some minutes after the first start.
 */
export class CatchUp {
  /** When it ends at the latest, unix ms. */
  readonly until: number;
  readonly #now: () => number;
  #state: CatchUpState;

  /** @param restored null where the database was not restored */
  constructor(restored: Restored | null, now: () => number) {
    this.until = restored === null ? 0 : restored.doubtfulUntil * 1000 + READ_BACK_MS;
    this.#now = now;
    this.#state = restored === null ? 'over' : 'reading';
  }

  get mayPlan(): boolean {
    this.#advance();
    return this.#state !== 'reading';
  }

  get maySend(): boolean {
    this.#advance();
    return this.#state === 'over';
  }

  /** Both logs were read to their end, or may not be read. */
  logsRead(): void {
    this.#advance('planning');
  }

  /** Everything that there was to plan is planned. */
  planned(): void {
    if (this.mayPlan) this.#advance('over');
  }

  /** The only place that changes the state; time alone ends it, too. */
  #advance(next: CatchUpState = this.#state): void {
    if (this.#state === 'over') return;
    this.#state = this.#now() >= this.until ? 'over' : next === 'reading' ? this.#state : next;
  }
}
