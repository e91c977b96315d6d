import type { DeliveryError } from '../../domain/errors.ts';
import type { MonotonicClock } from '../../lib/monotonic-clock.ts';
import type { ActionOutcome } from '../../store/actions/actions.ts';
import { isAboutDestination } from './destination-health.ts';
import type { DeliveryResult } from './lane.ts';
import type { Attempt } from './outbox.ts';
import { deliveredOutcome, droppedOutcome, failedOutcome, type PendingAction } from './outcome.ts';

export interface RecordClocks {
  clock: { now(): number };
  monotonic: Pick<MonotonicClock, 'now'>;
  /** From 0 up to 1, for the jitter of retries. */
  random: () => number;
}

/** Ends the record of a call: `failure` where it failed as a whole, else `outcome` for the trace. */
export type EndCall = (end: { outcome: string; status: number | null } | { failure: DeliveryError }) => void;

/** Collects the result of delivering a unit. */
export class DeliveryRecord implements DeliveryResult {
  readonly outcomes: ActionOutcome[] = [];
  readonly attempts: Attempt[] = [];
  destinationError?: DeliveryError;
  readonly #clocks: RecordClocks;

  constructor(clocks: RecordClocks) {
    this.#clocks = clocks;
  }

  delivered(action: PendingAction, result: string | null, warnings: string[] = []): void {
    this.outcomes.push(deliveredOutcome(action, result, warnings));
  }

  /** The action is not needed any more. */
  dropped(action: PendingAction, reason: string): void {
    this.outcomes.push(droppedOutcome(action, reason));
  }

  /** The action failed; where the error concerns the destination as a whole, the lane pauses. */
  failed(action: PendingAction, error: DeliveryError): void {
    this.postponed(action, error);
    if (isAboutDestination(error)) this.destinationError = error;
  }

  /** The action was not sent, or failed with an error that concerns no other action: the lane does not pause. */
  postponed(action: PendingAction, error: DeliveryError): void {
    const { clock, random } = this.#clocks;
    this.outcomes.push(failedOutcome(action, error, clock.now(), random()));
  }

  /** Whether the action's outcome so far is to be retried. */
  isOpen({ id }: PendingAction): boolean {
    return this.outcomes.some((outcome) => outcome.id === id && outcome.state === 'ready');
  }

  /** Begins the record of a call for the trace. @param msAgo for a call that began earlier */
  startCall(call: string, actions: PendingAction[], msAgo = 0): EndCall {
    const { clock, monotonic } = this.#clocks;
    const startedAt = clock.now() - Math.round(msAgo);
    const started = monotonic.now() - msAgo;
    return (end) => {
      const error = 'failure' in end ? end.failure : null;
      this.attempts.push({
        started_at: startedAt,
        duration_ms: Math.round(monotonic.now() - started),
        call,
        status: 'failure' in end ? end.failure.status : end.status,
        outcome: 'failure' in end ? end.failure.failure : end.outcome,
        error: error?.message ?? null,
        action_ids: actions.map(({ id }) => id),
      });
    };
  }
}
