import { asObject, asText } from '../../lib/unknown-json.ts';
import { type AppTransport, identifierPart, listIn } from './transport.ts';

/** The lists of Customer.io's mail provider. It sends nothing to an address that is on one of them. */
export type SuppressionType = 'blocks' | 'bounces' | 'spam_reports' | 'invalid_emails';

export interface Suppression {
  type: SuppressionType;
  /** Unix seconds; null where Customer.io gives none. */
  created: number | null;
  email: string;
  /** The receiving server's text: `550 5.1.1 The email account does not exist`. */
  reason: string;
}

/**
 * The lists on which the mail provider has this address; empty where it is on none (Customer.io docs:
 * `GET /v1/esp/search_suppression/{email}`). The answer names one category for all of its entries.
 */
export async function searchSuppression(transport: AppTransport, email: string): Promise<Suppression[]> {
  const answer = await transport.find({
    method: 'GET',
    path: `/v1/esp/search_suppression/${identifierPart(email)}`,
    template: '/v1/esp/search_suppression/{email}',
  });
  if (answer === null || answer.body.kind === 'empty') return [];
  const type = typeOf(asText(asObject(answer.body.json).category));
  return listIn(answer, 'suppressions').map((entry) => {
    const { created, email: address, reason } = asObject(entry);
    return {
      type,
      created: typeof created === 'number' ? created : null,
      email: asText(address),
      reason: asText(reason),
    };
  });
}

/** Takes the address off one list. @returns false where it was not on it */
export async function deleteSuppression(
  transport: AppTransport,
  type: SuppressionType,
  email: string,
): Promise<boolean> {
  const answer = await transport.find({
    method: 'DELETE',
    path: `/v1/esp/suppression/${type}/${identifierPart(email)}`,
    template: `/v1/esp/suppression/${type}/{email}`,
  });
  return answer !== null;
}

/** The search says `spam` where the lists are named `spam_reports` (Customer.io docs). */
function typeOf(category: string): SuppressionType {
  if (category.startsWith('spam')) return 'spam_reports';
  if (category.startsWith('block')) return 'blocks';
  if (category.startsWith('invalid')) return 'invalid_emails';
  return 'bounces';
}
