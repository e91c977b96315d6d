/**
 * The outcome of an event:
 *
 * - `open`: not planned yet, or an action is still to be delivered
 * - `done`: all its actions are settled
 * - `failed`: one of its actions is a dead letter
 * - `nothing`: planning found nothing to do
 * - `parked`: waits until a stage sends its person to Customer.io
 * - `waiting`: a move that waits until its deal has a contact with an email, or until its event is due
 * - `held`: a move of a burst, which waits until somebody decides
 */
export const EVENT_OUTCOMES = ['open', 'done', 'failed', 'nothing', 'parked', 'waiting', 'held'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** @param event its own state, and how many of its actions are dead letters or still open */
export function outcomeOf(event: {
  state: 'new' | 'planned' | 'ignored' | 'parked' | 'waiting' | 'held';
  failed: number;
  open: number;
}): EventOutcome {
  const { state, failed, open } = event;
  if (state === 'new') return 'open';
  if (state === 'parked' || state === 'waiting' || state === 'held') return state;
  if (failed > 0) return 'failed';
  if (open > 0) return 'open';
  return state === 'ignored' ? 'nothing' : 'done';
}
