import { RulesError } from '../errors.ts';
import type { DraftTaskName, DraftWork, TaskInput, TaskOutput } from './draft-tasks.ts';

/** Runs one task at a time. */
export interface TaskRunner {
  run(name: DraftTaskName, input: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Two: one slow draft must not keep everybody else from checking theirs, and more would take the processor from deliveries. */
const RUNNERS = 2;
/** Tasks of one user that may wait: a page of the console asks for several things at once. */
const MAX_WAITING_OF_USER = 4;
const MAX_WAITING = 40;

interface Waiting {
  user: string;
  name: DraftTaskName;
  input: unknown;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

/**
 * Distributes tasks on drafts over a few runners: one at a time for each user, in the order of their arrival. So one
 * user cannot keep all runners busy while somebody else waits.
 *
 * States: `open` (tasks are accepted), `closed` (every task is refused, and those that wait are rejected).
 */
export class DraftQueue {
  readonly #runners: TaskRunner[];
  readonly #idle: TaskRunner[];
  readonly #running = new Set<string>();
  #waiting: Waiting[] = [];
  #state: 'open' | 'closed' = 'open';

  constructor(createRunner: () => TaskRunner, runners = RUNNERS) {
    this.#runners = Array.from({ length: runners }, createRunner);
    this.#idle = [...this.#runners];
  }

  /**
   * @param user the key of the person or token that asks: one task at a time for each
   * @throws RulesError `busy` or `overloaded` where too many tasks wait, or the task's own error
   */
  readonly run: DraftWork = (user, name, input) => this.#enqueue(user, name, input);

  async close(): Promise<void> {
    this.#state = 'closed';
    for (const { reject } of this.#waiting.splice(0)) reject(stopping());
    await Promise.all(this.#runners.map((runner) => runner.close()));
  }

  async #enqueue<N extends DraftTaskName>(
    user: string,
    name: N,
    input: TaskInput<N>,
  ): Promise<TaskOutput<N>> {
    if (this.#state === 'closed') throw stopping();
    if (this.#waiting.length >= MAX_WAITING) throw overloaded();
    if (this.#waiting.filter((each) => each.user === user).length >= MAX_WAITING_OF_USER) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ user, name, input, resolve, reject });
    this.#startNext();
    return (await promise) as TaskOutput<N>;
  }

  #startNext(): void {
    const next = this.#waiting.find(({ user }) => !this.#running.has(user));
    const runner = next && this.#idle.pop();
    if (!next || !runner) return;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    this.#running.add(next.user);
    void runner
      .run(next.name, next.input)
      .then(next.resolve, next.reject)
      .finally(() => {
        this.#running.delete(next.user);
        this.#idle.push(runner);
        this.#startNext();
      });
    this.#startNext();
  }
}

function busy(): RulesError {
  return new RulesError(
    'busy',
    'Several of your requests about rules are being worked on. Try again in a few seconds.',
  );
}

function overloaded(): RulesError {
  return new RulesError(
    'overloaded',
    'Too many requests about rules wait to be worked on. Try again in a few seconds.',
  );
}

function stopping(): RulesError {
  return new RulesError('unavailable', 'Stagepost is stopping. Try again when it has started.');
}
