import type { Notice } from '../domain/alerts.ts';

/** The database must be away for this long, ms, before anybody is told. */
const HOLD_MS = 60_000;

type OutageNotice = Omit<Notice, 'receiver'>;

/**
 * That the database does not answer cannot be kept in the database, so it is told directly, by each process: once, and once
 * when it answers again. What is told is forgotten at a restart.
 *
 * - `answering`
 * - `failing`: since a time; nobody was told
 * - `told`: since a time; the receivers know
 */
type State = { name: 'answering' } | { name: 'failing' | 'told'; since: number };

export class DatabaseOutage {
  /** @returns whether anybody has got the message */
  readonly #send: (notice: OutageNotice) => Promise<boolean>;
  #state: State = { name: 'answering' };

  constructor(send: (notice: OutageNotice) => Promise<boolean>) {
    this.#send = send;
  }

  /** To be called after each round in which the database failed. */
  async failed(now: number): Promise<void> {
    const state = this.#state;
    if (state.name === 'answering') this.#state = { name: 'failing', since: now };
    if (state.name !== 'failing' || now - state.since < HOLD_MS) return;
    const isTold = await this.#send(noticeOf(state.since, null, now));
    if (isTold) this.#state = { name: 'told', since: state.since };
  }

  /** To be called after each round in which it answered. */
  async answered(now: number): Promise<void> {
    const before = this.#state;
    this.#state = { name: 'answering' };
    if (before.name === 'told') await this.#send(noticeOf(before.since, now, now));
  }
}

function noticeOf(since: number, endedAt: number | null, now: number): OutageNotice {
  return {
    ...{ key: '/installation/database_unreachable', topic: 'health', connection: null, side: 'installation' },
    ...{ code: 'database_unreachable', path: '/', since, endedAt, episodes: 1, insteadOf: null },
    message:
      'The database does not answer. Webhooks are refused, so Kommo and Customer.io send them again later.',
    todo: 'Start the database, and check its disk and the network. Stagepost continues by itself.',
    light: endedAt === null ? 'broken' : 'ok',
    ...{ told: endedAt === null ? 'ok' : 'broken', worst: 'broken', waitingSince: now, toldAt: null },
  };
}
