import { en } from '../../languages/en.ts';
import type { ConnectionFacts, EvidenceName, PollingFacts } from '../facts.ts';
import type { Proof, ProofName } from '../health.ts';

/** The proofs that a credential gives; the others come of how the connection runs. */
type CredentialProof = Exclude<ProofName, 'rules' | 'kommo_log'>;

const { proofs } = en.health;

/** Whether this was seen with the present credential. */
export function proofOf({ evidence }: Pick<ConnectionFacts, 'evidence'>, name: CredentialProof): Proof {
  const seen = evidence.current.get(name satisfies EvidenceName);
  const { by, ...about } = proofs[name];
  return {
    name,
    ...about,
    isRequired: name !== 'app_key',
    isProven: seen !== undefined,
    isContradicted: false,
    at: seen?.at ?? null,
    by: seen ? by : null,
  };
}

/** Whether the events log was read since the connection was started. */
export function proofOfLog({ readAt }: PollingFacts): Proof {
  const { by, ...about } = proofs.kommo_log;
  return {
    name: 'kommo_log',
    ...about,
    isRequired: true,
    isProven: readAt !== null,
    isContradicted: false,
    at: readAt,
    by: readAt === null ? null : by,
  };
}
