import { removeControls } from '../../lib/control-characters.ts';
import { type ConsentPerson, foldOf } from '../consent/client.ts';
import { isMailable, type Mailability } from '../consent/mail-state.ts';
import { describeMailability, onDay } from '../describe-mailability.ts';
import type { Contact } from '../entities.ts';
import type { Scope } from '../rules/render-text.ts';
import type { PlanContext } from './plan-types.ts';

/** What the texts of a rule may say about the client, and the sentence for a client who gets no email. */
export interface ClientState extends Mailability {
  isMailable: boolean;
  /** "unsubscribed on 12 Nov"; empty for a client who can get email. */
  reason: string;
  /** "Cleo gets no email: unsubscribed on 12 Nov."; empty for a client who can get email. */
  sentence: string;
}

/** Whether a person can get email, as of the time at which the context was read. @param person the identifier, as shown */
export function clientStateOf(
  {
    key,
    person,
    email,
    contact,
  }: { key: string; person: string; email: string | null; contact: Contact | null },
  context: PlanContext,
): ClientState {
  const known = recordOf({ key, person, email }, context);
  const { state: mailState, since } = foldOf(known, context.ledger, [], context.readAt);
  const state: Mailability = { state: mailState, since };
  const reason = describeMailability(state, onDay(state.since, context.readAt, context.timezone));
  const name = removeControls(contact?.firstName || contact?.name || email || person);
  const sentence = reason === '' ? '' : `${name} gets no email: ${reason}.`;
  return { ...state, isMailable: isMailable(state), reason, sentence };
}

/**
 * The person's record, with the current address. Somebody whom Stagepost has no record of yet has one without a history: the
 * ledger may know the identifier or the address all the same.
 */
export function recordOf(
  { key, person, email }: { key: string; person: string; email: string | null },
  { known }: Pick<PlanContext, 'known'>,
): ConsentPerson {
  const record = known.find((candidate) => candidate.key === key);
  return { ...(record ?? { key, identifier: person, fields: {}, names: [] }), email };
}

/** `client` in Liquid texts. */
export function clientScope({ isMailable: mailable, state, reason }: ClientState): Scope {
  return { client: { mailable, state, reason } };
}

/** Whether a text of the rules says itself what it wants to say about a client who gets no email. */
export function mentionsClient(text: string): boolean {
  return /\bclient\s*\.\s*(mailable|state|reason)\b/.test(text);
}
