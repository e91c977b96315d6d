import type { ConnectionHealth, Proof } from '../../api/types.ts';

/** How it goes on a way between two places. */
export type WayState = 'good' | 'bad' | 'waiting' | 'nothing';

export interface FlowWays {
  /** From Kommo to Stagepost. */
  stageChanges: WayState;
  /** From Stagepost to Kommo. */
  writes: WayState;
  /** From Stagepost to Customer.io. */
  events: WayState;
  /** From Customer.io to Stagepost. */
  reports: WayState;
}

interface LaneStates {
  kommo: { state: string };
  customerio: { state: string };
}

/** What the proofs of a connection and its lanes say of each way. @param health undefined before the first answer */
export function flowWays(health: ConnectionHealth | undefined, lanes: LaneStates): FlowWays {
  const proofs = health?.sides.flatMap((side) => side.proofs) ?? [];
  const shown = (...names: Proof['name'][]) => stateOf(proofs.find(({ name }) => names.includes(name)));
  const sent = (way: WayState, { state }: { state: string }): WayState =>
    way === 'good' && state === 'held' ? 'waiting' : way;
  return {
    stageChanges: shown('kommo_webhook', 'kommo_log'),
    writes: sent(shown('kommo_token'), lanes.kommo),
    events: sent(shown('track_keys'), lanes.customerio),
    reports: shown('signing_key'),
  };
}

function stateOf(proof: Proof | undefined): WayState {
  if (proof?.isContradicted) return 'bad';
  return proof?.isProven ? 'good' : 'nothing';
}
