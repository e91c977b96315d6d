import { randomBytes } from 'node:crypto';
import { addressOf, attributesOf, type Person } from '../model/people.ts';
import { ulid } from '../model/ulid.ts';
import type { Campaign, Workspace } from '../model/workspace.ts';
import { messageFields, parents } from '../reports/data.ts';
import type { CampaignOptions, JsonObject, MailMessage, StoredEvent } from '../types.ts';
import { type Rendered, render } from './template.ts';

const defaults: [event: string, subject: string, name: string][] = [
  ['demo_scheduled', 'Your demo is booked', 'Demo scheduled'],
  ['demo_completed', 'Thank you for your time', 'Demo completed'],
  ['proposal_sent', 'Your proposal', 'Proposal sent'],
  ['onboarding_started', 'Welcome aboard', 'Onboarding'],
  ['deal_won', 'Thank you for choosing us', 'Deal won'],
  ['onboarding_inactive', 'Need a hand getting started?', 'Onboarding inactive'],
];

/** One campaign for each event of the example configuration. */
export const defaultCampaigns: CampaignOptions[] = defaults.map(([event, subject, name]) => ({
  event,
  subject,
  name,
}));

export function indexCampaigns(list: CampaignOptions[]): Map<string, Campaign> {
  return new Map(
    list.map((campaign, index) => [
      campaign.event,
      { ...campaign, id: index + 1, actionId: index * 10 + 42 },
    ]),
  );
}

/** Only events stamped within the last 72 hours can trigger campaigns; older ones are stored (Customer.io docs). */
const triggerWindow = 72 * 3600;

/** A stamp this far ahead was not meant: milliseconds, as a rule. */
const futureTolerance = 86_400;

/** Starts the event's campaign for a person who existed before it, and so sends its email. */
export function startCampaign(ws: Workspace, person: Person, event: StoredEvent): void {
  const campaign = ws.campaigns.get(event.name);
  if (!campaign) return;
  const reason = whyNotStart(person, ws.seconds() - event.timestamp);
  if (reason === null) sendEmail(ws, person, event, campaign);
  else skipCampaign(ws, event, reason);
}

function whyNotStart(person: Person, eventAge: number): string | null {
  if (eventAge > triggerWindow) return 'The event is older than 72 hours.';
  if (eventAge < -futureTolerance) return 'The event is stamped in the future.';
  return person.unsubscribed ? 'The person is unsubscribed.' : null;
}

export function skipCampaign(ws: Workspace, event: StoredEvent, reason: string): void {
  if (!ws.campaigns.has(event.name)) return;
  ws.emitter.emit(() => ({ type: 'campaign_skipped', event, reason }));
}

function sendEmail(ws: Workspace, person: Person, event: StoredEvent, campaign: Campaign): void {
  // These three data keys override what the campaign says (Customer.io docs).
  const recipient = textOf(event.data, 'recipient') ?? addressOf(person) ?? '';
  const rendered = render(campaign.subject, { customer: attributesOf(person), event: event.data });
  const message = newMessage(ws, person, event, campaign, recipient, rendered.text);
  const key = recipient.toLowerCase();
  if (!deliverable(ws, message, rendered, key)) {
    ws.emitter.emit(() => ({ type: 'email_not_sent', message }));
    return;
  }
  reportEmail(ws, message, 'drafted');
  reportEmail(ws, message, 'sent', { content: `<h1>${message.subject}</h1>`, headers: {} });
  const bounce = ws.nextBounces.get(key);
  if (bounce !== undefined) {
    ws.nextBounces.delete(key);
    bounceMessage(ws, message, bounce);
  } else {
    reportEmail(ws, message, 'delivered');
  }
  ws.emitter.emit(() => ({ type: 'email_sent', message }));
}

/** Reports the messages that never leave: no recipient, a broken template, an address that bounced before. */
function deliverable(ws: Workspace, message: MailMessage, rendered: Rendered, key: string): boolean {
  if (rendered.missing !== null) {
    endMessage(ws, message, 'failed', `Variable '${rendered.missing}' is missing`);
  } else if (message.recipient === '') {
    endMessage(ws, message, 'failed', "The 'To' address is blank");
  } else if (ws.emailSuppressions.has(key)) {
    reportEmail(ws, message, 'drafted');
    endMessage(ws, message, 'dropped', 'Suppressed');
  } else {
    return true;
  }
  return false;
}

function newMessage(
  ws: Workspace,
  person: Person,
  event: StoredEvent,
  campaign: Campaign,
  recipient: string,
  subject: string,
): MailMessage {
  const message: MailMessage = {
    deliveryId: `R${randomBytes(20).toString('base64url').slice(1)}=`,
    event: event.name,
    campaignId: campaign.id,
    recipient,
    subject,
    from: textOf(event.data, 'from_address'),
    replyTo: textOf(event.data, 'reply_to'),
    links: campaign.links ?? [`https://example.com/${encodeURIComponent(event.name)}`],
    cioId: person.cioId,
    state: 'sent',
    metrics: {},
    failureMessage: null,
  };
  const triggerEventId = ulid(event.receivedAt);
  parents.set(message, { actionId: campaign.actionId, journeyId: ulid(ws.now()), triggerEventId });
  ws.messages.set(message.deliveryId, message);
  const mailbox = ws.mailboxes.get(recipient.toLowerCase());
  if (mailbox) mailbox.push(message);
  else ws.mailboxes.set(recipient.toLowerCase(), [message]);
  return message;
}

/** Reports one metric of an email and notes its first time in the message. */
export function reportEmail(ws: Workspace, message: MailMessage, metric: string, own: JsonObject = {}) {
  message.metrics[metric] ??= ws.seconds();
  const data: JsonObject = { ...messageFields(ws, message), subject: message.subject, ...own };
  if (metric !== 'failed') data.recipient = message.recipient;
  ws.activities.add({
    type: `${metric}_email`,
    name: message.event,
    cioId: message.cioId,
    deliveryId: message.deliveryId,
  });
  return ws.reports.emit({ objectType: 'email', metric, data });
}

export function endMessage(
  ws: Workspace,
  message: MailMessage,
  state: 'bounced' | 'dropped' | 'failed',
  failureMessage: string,
): void {
  message.state = state;
  message.failureMessage = failureMessage;
  reportEmail(ws, message, state, { failure_message: failureMessage });
}

/** A hard bounce (5xx) puts the address on the mail provider's suppression list: later messages are dropped. */
export function bounceMessage(ws: Workspace, message: MailMessage, failureMessage: string): void {
  endMessage(ws, message, 'bounced', failureMessage);
  if (/^5/.test(failureMessage)) ws.emailSuppressions.add(message.recipient.toLowerCase());
}

function textOf(data: JsonObject, key: string): string | null {
  const value = data[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
