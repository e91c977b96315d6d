import type { ConnectionFacts, EvidenceName, PollingFacts } from '../facts.ts';
import type { Proof, ProofName } from '../health.ts';

/** The proofs that a credential gives; the others come of how the connection runs. */
type CredentialProof = Exclude<ProofName, 'rules' | 'kommo_log'>;

const PROOFS: Record<CredentialProof, Pick<Proof, 'title' | 'by' | 'isRequired' | 'todo'>> = {
  kommo_token: {
    title: 'Kommo accepts the token',
    by: 'a call that Kommo accepted',
    isRequired: true,
    todo: 'Stagepost asks Kommo by itself, within a minute.',
  },
  kommo_webhook: {
    title: 'Kommo’s webhook arrives',
    by: 'a webhook that arrived from Kommo',
    isRequired: true,
    todo: 'Move a deal to another stage in Kommo.',
  },
  track_keys: {
    title: 'Customer.io accepts the Track keys',
    by: 'a call that the Track API accepted',
    isRequired: true,
    todo: 'Stagepost asks Customer.io by itself, within a minute.',
  },
  app_key: {
    title: 'Customer.io accepts the App API key',
    by: 'a call that the App API accepted',
    isRequired: false,
    todo: 'Stagepost asks Customer.io by itself, within a minute.',
  },
  signing_key: {
    title: 'Reports of Customer.io verify',
    by: 'a report that verified',
    isRequired: true,
    todo: 'Send yourself an email from a campaign and open it. A test cannot prove the signing key.',
  },
};

/** Whether this was seen with the present credential. */
export function proofOf({ evidence }: Pick<ConnectionFacts, 'evidence'>, name: CredentialProof): Proof {
  const seen = evidence.current.get(name satisfies EvidenceName);
  const { by, ...about } = PROOFS[name];
  return {
    name,
    ...about,
    isProven: seen !== undefined,
    isContradicted: false,
    at: seen?.at ?? null,
    by: seen ? by : null,
  };
}

/** Whether the events log was read since the connection was started. */
export function proofOfLog({ readAt }: PollingFacts): Proof {
  return {
    name: 'kommo_log',
    title: 'Kommo’s events log is read',
    isRequired: true,
    todo: 'Stagepost reads it by itself, within a minute.',
    isProven: readAt !== null,
    isContradicted: false,
    at: readAt,
    by: readAt === null ? null : 'a reading of the events log',
  };
}
