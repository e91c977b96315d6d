import type { EventEmail as StoredEmail } from '../../../domain/answer/event-emails.ts';
import { describeSender } from '../../../domain/campaigns/sender.ts';
import type { Sentences } from '../../../languages/languages.ts';
import type { EventEmail } from './contract.ts';

/** An email of an event with its times in ms, as in all answers of the API. */
export function shownEmail(
  { steps, sender, ...email }: StoredEmail,
  { senders }: Pick<Sentences, 'senders'>,
): EventEmail {
  const shownSender = sender && describeSender(sender, senders);
  return { ...email, sender: shownSender, steps: steps.map((step) => ({ ...step, at: step.at * 1000 })) };
}
