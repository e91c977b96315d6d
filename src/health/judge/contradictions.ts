import { CODES, type Draft } from '../codes.ts';
import type { Proof, ProofName } from '../health.ts';

/** How the codes of the items begin that concern what a proof shows. */
const CODES_OF_PROOF: Record<ProofName, readonly string[]> = {
  kommo_token: ['kommo_token_', 'kommo_unpaid', 'kommo_blocked', 'kommo_wrong_address'],
  kommo_webhook: ['kommo_webhook_'],
  kommo_log: ['kommo_log_unproven', 'kommo_log_stalled'],
  track_keys: ['track_keys_', 'track_wrong_', 'track_rights_missing'],
  app_key: ['app_key_'],
  signing_key: ['reports_', 'signing_key_', 'reporting_webhook_'],
  rules: ['rules_missing', 'rules_unreadable', 'rules_not_active', 'connection_'],
};

/**
 * A proof in the light of the items of its side: an item that is broken contradicts it, and what is missing has the
 * item's particulars as the thing to do. Without this a page would show both that Kommo refuses the token and that it accepts it.
 */
export function withItems(proof: Proof, items: Draft[]): Proof {
  const about = items.filter(({ code }) =>
    CODES_OF_PROOF[proof.name].some((start) => code.startsWith(start)),
  );
  const broken = about.find(({ light }) => light === 'broken');
  const isContradicted = broken !== undefined;
  if (proof.isProven) return { ...proof, isContradicted };
  const particular = about.find(
    ({ code, todo }) => todo !== (CODES as Record<string, { todo: string }>)[code]?.todo,
  );
  if (broken) return { ...proof, isContradicted, todo: broken.todo };
  return particular ? { ...proof, todo: `${particular.message} ${particular.todo}` } : proof;
}
