import type { ConnectionFacts, EvidenceName } from '../facts.ts';
import type { Proof, ProofName } from '../health.ts';

const PROOFS: Record<Exclude<ProofName, 'rules'>, Pick<Proof, 'title' | 'by' | 'isRequired' | 'todo'>> = {
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
export function proofOf(
  { evidence }: Pick<ConnectionFacts, 'evidence'>,
  name: Exclude<ProofName, 'rules'>,
): Proof {
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
