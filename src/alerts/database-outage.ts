import type { Notice } from '../domain/alerts.ts';

/** The database must be away for this long, ms, before anybody is told. */
const HOLD_MS = 60_000;

type OutageNotice = Omit<Notice, 'receiver'>;

/**
 * That the database does not answer cannot be stored in the database, so each process reports it directly: once, and once
 * when it answers again. A restart forgets what was reported.
 *
 * - `answering`
 * - `failing`: since a time; not reported yet
 * - `reported`: since a time; the receivers know
 */
type State = { name: 'answering' } | { name: 'failing' | 'reported'; since: number };

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
    const isDelivered = await this.#send(noticeOf(state.since, null, now));
    if (isDelivered) this.#state = { name: 'reported', since: state.since };
  }

  /** To be called after each round in which it answered. */
  async answered(now: number): Promise<void> {
    const before = this.#state;
    this.#state = { name: 'answering' };
    if (before.name === 'reported') await this.#send(noticeOf(before.since, now, now));
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
    ...{
      deliveredLight: endedAt === null ? 'ok' : 'broken',
      worst: 'broken',
      waitingSince: now,
      deliveredAt: null,
    },
  };
}
