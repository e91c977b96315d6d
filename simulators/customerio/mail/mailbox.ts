import type { ClickOptions, OpenOptions, UnsubscribeOptions } from '../controls.ts';
import { logChange, logPreferences, reportPreferences, setUnsubscribed } from '../model/attributes.ts';
import { pathRef } from '../model/identifiers.ts';
import type { Person } from '../model/people.ts';
import type { Workspace } from '../model/workspace.ts';
import { customerFields } from '../reports/data.ts';
import type { JsonObject, MailMessage, ObjectType, Report } from '../types.ts';
import { bounceMessage, reportEmail } from './deliveries.ts';

/** What the people behind the mailboxes do: open, click, unsubscribe, complain. */
export function createMailbox(ws: Workspace) {
  const open = (message: MailMessage, options: OpenOptions) => {
    const report = reportEmail(ws, message, 'opened', openFlags(ws, options));
    const human = !options.machine;
    countFirst(ws, message, human ? 'human_opened' : 'prefetch_opened');
    return report;
  };

  return {
    open: (deliveryId: string, options: OpenOptions = {}): Report => open(arrived(ws, deliveryId), options),

    click(deliveryId: string, href?: string, options: ClickOptions = {}): Report {
      const message = arrived(ws, deliveryId);
      const machine = options.machine ?? false;
      const target = href ?? message.links[0] ?? 'https://example.com/';
      const own = { href: target, link_id: linkId(message, target), ...flag(ws, 'machine', machine) };
      const report = reportEmail(ws, message, 'clicked', own);
      countFirst(ws, message, machine ? 'prefetch_clicked' : 'human_clicked');
      const inferred = options.syntheticOpen ?? (!machine && message.metrics.opened === undefined);
      if (inferred) open(message, { synthetic: true });
      return report;
    },

    /** A message already there bounces late; an address lets its next message bounce. */
    bounce(
      target: string,
      failureMessage = '550 5.1.1 The email account that you tried to reach does not exist',
    ) {
      if (target.includes('@')) ws.nextBounces.set(target.toLowerCase(), failureMessage);
      else bounceMessage(ws, known(ws, target), failureMessage);
    },

    convert: (deliveryId: string): Report => reportEmail(ws, known(ws, deliveryId), 'converted'),

    spam(deliveryId: string): Report {
      const message = arrived(ws, deliveryId);
      ws.suppressions.add('spam_reports', message.recipient, 'The recipient marked a message as spam.');
      return reportEmail(ws, message, 'spammed');
    },

    unsubscribe(deliveryId: string, options: UnsubscribeOptions = {}): void {
      const message = arrived(ws, deliveryId);
      const person = ws.people.find({ kind: 'cio_id', value: message.cioId });
      if (person && !person.unsubscribed) {
        logChange(ws, person, 'unsubscribed', false, true);
        person.unsubscribed = true;
        person.attributes.set('unsubscribed', true);
      }
      reportEmail(ws, message, 'unsubscribed');
      if (options.also && person) reportOwn(ws, person, options.also);
    },

    unsubscribePerson: (identifier: string, channel?: ObjectType) =>
      setUnsubscribed(ws, personOf(ws, identifier), true, channel),
    resubscribe: (identifier: string) => setUnsubscribed(ws, personOf(ws, identifier), false),

    setPreferences(identifier: string, topics: Record<string, boolean>): Report {
      const person = personOf(ws, identifier);
      const before = JSON.stringify(person.topics);
      person.topics = { ...person.topics, ...topics };
      logPreferences(ws, person, before);
      return reportPreferences(ws, person);
    },

    clearEmailSuppression(email: string): void {
      ws.suppressions.remove(email);
    },
  };
}

/**
 * The person's own unsubscribe. Its object type is the channel that triggered it, or `customer` when unknown
 * (Customer.io docs), so the same change can come as `email` + `unsubscribed` with an email_address.
 */
function reportOwn(ws: Workspace, person: Person, objectType: ObjectType): void {
  const data = customerFields(ws, person);
  ws.reports.emit({ objectType, metric: 'unsubscribed', data, subscription: 'customer_unsubscribed' });
}

/** `prefetched`: Apple, Gmail or a known machine. `proxied`: through a proxy that hides who reads (docs). */
function openFlags(ws: Workspace, { machine, proxied, synthetic }: OpenOptions): JsonObject {
  // An inferred open had no request behind it that could be judged.
  if (synthetic) return flag(ws, 'synthetic', true);
  return {
    ...flag(ws, 'prefetched', machine !== undefined),
    ...flag(ws, 'proxied', proxied ?? (machine === 'apple' || machine === 'gmail')),
  };
}

function flag(ws: Workspace, name: string, value: boolean): JsonObject {
  if (ws.rules.flags === 'absent' || (ws.rules.flags === 'when_true' && !value)) return {};
  return { [name]: value };
}

function linkId(message: MailMessage, href: string): number {
  if (!message.links.includes(href)) message.links = [...message.links, href];
  return message.links.indexOf(href) + 1;
}

/** These metrics exist in the App API only; no webhook carries them. */
function countFirst(ws: Workspace, message: MailMessage, metric: string): void {
  message.metrics[metric] ??= ws.seconds();
}

export function known(ws: Workspace, deliveryId: string): MailMessage {
  const message = ws.messages.get(deliveryId);
  if (!message) throw new Error(`There is no message with the delivery id "${deliveryId}".`);
  return message;
}

function arrived(ws: Workspace, deliveryId: string): MailMessage {
  const message = known(ws, deliveryId);
  if (message.state !== 'sent') {
    throw new Error(
      `Message "${message.subject}" to ${message.recipient} was ${message.state}: nobody got it.`,
    );
  }
  return message;
}

export function findPerson(ws: Workspace, identifier: string): Person | undefined {
  return ws.people.find(pathRef(identifier, ws.rules.idOnly)) ?? ws.people.withEmail(identifier)[0];
}

function personOf(ws: Workspace, identifier: string): Person {
  const person = findPerson(ws, identifier);
  if (!person) throw new Error(`There is no person "${identifier}".`);
  return person;
}
