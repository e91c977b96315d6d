import type { ActionOf } from '../../../domain/actions.ts';
import type { DeliveryError } from '../../../domain/errors.ts';
import type { Connection } from '../../connection.ts';

/** What became of an address at the mail provider, as a sentence for people. */
export interface LiftResult {
  isLifted: boolean;
  sentence: string;
}

/** The list of people who have complained of spam. Only they themselves can take that back. */
const COMPLAINTS = 'spam_reports';

/**
 * Takes an address off the mail provider's suppression lists, or only looks it up. An address with a spam complaint stays on
 * its lists. Without an App API key nothing is done, and the sentence says what to do by hand.
 * @throws DeliveryError
 */
export async function liftSuppression(
  { email, how }: ActionOf<'lift_suppression'>,
  app: Connection['app'],
): Promise<LiftResult> {
  if (!app) return notLifted(byHand(email, how, 'there is no App API key'));
  const found = await app.searchSuppression(email);
  if (found.length === 0) return notLifted(`The mail provider does not suppress ${email}.`);
  const reason = found[0]!.reason === '' ? '' : ` (${found[0]!.reason})`;
  if (found.some(({ type }) => type === COMPLAINTS))
    return notLifted(
      `The mail provider suppresses ${email} after a spam complaint${reason}. Stagepost does not lift that.`,
    );
  if (how === 'check')
    return notLifted(
      `The mail provider suppresses ${email}${reason}, so Customer.io will not send to it. Clear the status on the deal once it shows that, or take the address off the list in Customer.io.`,
    );
  for (const type of new Set(found.map((entry) => entry.type))) await app.deleteSuppression(type, email);
  return { isLifted: true, sentence: `The mail provider suppresses ${email} no more${reason}.` };
}

/** The sentence where the App API refuses the key or the call: a wrong key must not become a dead letter. */
export function refusedLift(
  { email, how }: ActionOf<'lift_suppression'>,
  { message }: DeliveryError,
): string {
  return byHand(email, how, message.replace(/\.$/, ''));
}

function byHand(email: string, how: 'lift' | 'check', reason: string): string {
  const where = 'in Customer.io under Deliverability, Suppression lists';
  return how === 'check'
    ? `Whether the mail provider suppresses ${email} was not looked up: ${reason}. If no email arrives, look there ${where}.`
    : `The mail provider may still suppress ${email}: ${reason}. Take the address off the list ${where}.`;
}

const notLifted = (sentence: string): LiftResult => ({ isLifted: false, sentence });
