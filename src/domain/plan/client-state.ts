import { removeControls } from '../../lib/control-characters.ts';
import { describeMailability, onDay } from '../describe-mailability.ts';
import type { Contact } from '../entities.ts';
import { factsOfFields, isMailable, type Mailability, mailability } from '../mailability.ts';
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

/** Whether a person can get email, as of the time at which the context was read. @param person the identifier */
export function clientStateOf(
  { person, email, contact }: { person: string; email: string | null; contact: Contact | null },
  context: PlanContext,
): ClientState {
  const names = new Set(email === null ? [person] : [person, email]);
  const known = context.known.filter((candidate) => names.has(candidate.person));
  const reports = [
    ...[...names].flatMap((name) => context.mailFacts.get(name) ?? []),
    ...known.flatMap(({ fields }) => factsOfFields(fields)),
  ].filter(({ occurredAt }) => occurredAt <= context.readAt);
  const state = mailability({ address: email, reports });
  const reason = describeMailability(state, onDay(state.since, context.readAt, context.timezone));
  const name = removeControls(contact?.firstName || contact?.name || email || person);
  const sentence = reason === '' ? '' : `${name} gets no email: ${reason}.`;
  return { ...state, isMailable: isMailable(state), reason, sentence };
}

/** `client` in Liquid texts. */
export function clientScope({ isMailable: mailable, state, reason }: ClientState): Scope {
  return { client: { mailable, state, reason } };
}

/** Whether a text of the rules says itself what it wants to say about a client who gets no email. */
export function mentionsClient(text: string): boolean {
  return /\bclient\s*\.\s*(mailable|state|reason)\b/.test(text);
}
