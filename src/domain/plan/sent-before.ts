import type { UnixSeconds } from '../entities.ts';
import type { KnownPerson } from '../people/person-types.ts';
import type { StageRule } from '../rules/rules.ts';

/** An event of a stage that was planned for a person, because a deal had entered the stage. */
export interface SentEvent {
  event: string;
  dealId: number;
  /** The person's key. */
  key: string;
  /** When the deal entered the stage. */
  at: UnixSeconds;
}

/** The events that a batch's plans must not repeat; empty where no rule of the batch has `once`. */
export type SentEvents = readonly SentEvent[];

/**
 * The event that a rule with `once` must not repeat for this person; undefined where the rule sends. The names of people who
 * were joined since then still find it.
 */
export function sentBefore(
  { event, once }: StageRule,
  dealId: number,
  { key, formerKeys }: Pick<KnownPerson, 'key' | 'formerKeys'>,
  sent: SentEvents,
): SentEvent | undefined {
  if (once === null) return undefined;
  const keys = [key, ...formerKeys];
  return sent.find(
    (earlier) =>
      earlier.event === event && (once === 'deal' ? earlier.dealId === dealId : keys.includes(earlier.key)),
  );
}
