import type { CustomerioSimulator, MailMessage } from '../customerio/index.ts';
import { type Html, html } from './html.ts';
import { actionForm } from './page.ts';

/** The newest emails that a mailbox shows. */
const MOST = 20;

const buttons: [act: string, label: string][] = [
  ['open', 'Open'],
  ['machine-open', 'Open by a machine'],
  ['click', 'Click'],
  ['convert', 'Convert'],
  ['unsubscribe', 'Unsubscribe'],
  ['spam', 'Mark as spam'],
  ['bounce', 'Bounce'],
];

/** The mailbox of one address, with what its owner can do. */
export function mailList(customerio: CustomerioSimulator, email: string, back: string): Html {
  const all = customerio.mailbox(email).toReversed().slice(0, MOST);
  if (all.length === 0) return html`<p class="quiet">No email to ${email}.</p>`;
  return html`<ul>${all.map((message) => mailItem(message, back))}</ul>`;
}

const senderOf = ({ event, broadcastId }: MailMessage): string =>
  event || (broadcastId === null ? 'a transactional message' : `broadcast ${broadcastId}`);

function mailItem(message: MailMessage, back: string): Html {
  const { deliveryId, subject, state, metrics, failureMessage } = message;
  const done = Object.entries(metrics)
    .sort(([, one], [, other]) => one - other)
    .map(([metric]) => metric);
  const actions = buttons.map(([act, label]) =>
    actionForm(`mail-${act}`, label, { delivery: deliveryId, back }),
  );
  return html`<li><strong>${subject}</strong> <span class="quiet">by ${senderOf(message)} · ${done.join(', ')}
${failureMessage !== null && `· ${failureMessage}`}</span><br>${state === 'sent' && actions}</li>`;
}
