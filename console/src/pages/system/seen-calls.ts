import type { ConnectionHealth, ConnectionNow, Proof } from '../../api/types.ts';

export type SideCalls = Pick<
  ConnectionNow['customerio'],
  'lastWebhookAt' | 'lastGoodCallAt' | 'lastBadCallAt' | 'access'
>;

/**
 * The last calls of one side. A process knows only its own; where another one runs the connection, or after a restart, the
 * proofs know when a call was last accepted and a webhook last arrived.
 */
export function seenCalls(
  own: SideCalls,
  health: Pick<ConnectionHealth['sides'][number], 'proofs'> | null,
  credential: Proof['name'],
  webhook: Proof['name'],
): SideCalls {
  const proofOf = (name: Proof['name']) => health?.proofs.find((proof) => proof.name === name);
  const accepted = proofOf(credential);
  return {
    lastWebhookAt: latest(own.lastWebhookAt, proofOf(webhook)?.at),
    lastGoodCallAt: latest(own.lastGoodCallAt, accepted?.at),
    lastBadCallAt: own.lastBadCallAt,
    access: accessOf(own.access, accepted),
  };
}

function accessOf(own: SideCalls['access'], proof: Proof | undefined): SideCalls['access'] {
  if (proof?.isContradicted) return 'refused';
  return own === 'unknown' && proof?.isProven ? 'good' : own;
}

function latest(a: number | null, b: number | null | undefined): number | null {
  return a === null ? (b ?? null) : Math.max(a, b ?? a);
}
