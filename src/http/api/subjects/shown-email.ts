import type { EventEmail as StoredEmail } from '../../../domain/answer/event-emails.ts';
import { describeSender } from '../../../domain/campaigns/sender.ts';
import type { EventEmail } from './contract.ts';

/** An email of an event with its times in ms, as in all answers of the API. */
export function shownEmail({ steps, sender, ...email }: StoredEmail): EventEmail {
  const shownSender = sender && describeSender(sender);
  return { ...email, sender: shownSender, steps: steps.map((step) => ({ ...step, at: step.at * 1000 })) };
}
