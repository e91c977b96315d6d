import type { Hold } from '../../api/types.ts';

/** Chosen deals, with the times at which they entered the stage, ms. */
export type Chosen = ReadonlyMap<number, number>;

/** What is about to be decided, about the hold as it was shown: deals that are added meanwhile stay held. */
export interface Decision {
  what: 'send' | 'discard';
  hold: Hold;
  /** Null: all that were shown. */
  chosen: Chosen | null;
  /** After it was done. */
  onDone?(): void;
}

export type Ask = (decision: Decision) => void;

export interface DecisionWindowProps {
  decision: Decision;
  onClose(): void;
  onDone(): void;
}

export function countOf({ hold, chosen }: Decision): number {
  return chosen?.size ?? hold.held;
}

/** As the API takes it. */
export function choiceOf({ hold, chosen }: Decision): { deals?: number[]; until: number } {
  return { ...(chosen && { deals: [...chosen.keys()] }), until: hold.changedAt };
}
