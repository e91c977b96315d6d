import { addressOf, attributesOf, type Person } from '../model/people.ts';
import { isSubscribed } from '../model/topics.ts';
import { ulid } from '../model/ulid.ts';
import type { Campaign, Workspace } from '../model/workspace.ts';
import { parents } from '../reports/data.ts';
import type { CampaignOptions, JsonObject, MailMessage, StoredEvent } from '../types.ts';
import { deliver, storeMessage } from './deliveries.ts';
import { render } from './template.ts';

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
      { state: 'running', ...campaign, id: index + 1, actionId: index * 10 + 42 },
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
  const reason = whyNotStart(ws, person, campaign, ws.seconds() - event.timestamp);
  if (reason === null) sendEmail(ws, person, event, campaign);
  else skipCampaign(ws, event, reason);
}

function whyNotStart(
  ws: Workspace,
  person: Person,
  { topic, state }: Campaign,
  eventAge: number,
): string | null {
  if (state !== 'running') return `The campaign is ${state === 'draft' ? 'a draft' : 'stopped'}.`;
  if (eventAge > triggerWindow) return 'The event is older than 72 hours.';
  if (eventAge < -futureTolerance) return 'The event is stamped in the future.';
  if (person.unsubscribed) return 'The person is unsubscribed.';
  if (topic && !isSubscribed(ws, person, topic)) return `The person is not subscribed to ${topic}.`;
  return null;
}

export function skipCampaign(ws: Workspace, event: StoredEvent, reason: string): void {
  if (!ws.campaigns.has(event.name)) return;
  ws.emitter.emit(() => ({ type: 'campaign_skipped', event, reason }));
}

function sendEmail(ws: Workspace, person: Person, event: StoredEvent, campaign: Campaign): void {
  // These three data keys override what the campaign says (Customer.io docs).
  const recipient = textOf(event.data, 'recipient') ?? campaign.to ?? addressOf(person) ?? '';
  const rendered = render(campaign.subject, { customer: attributesOf(person), event: event.data });
  const message = storeMessage(ws, person, {
    event: event.name,
    campaignId: campaign.id,
    recipient,
    subject: rendered.text,
    from: textOf(event.data, 'from_address'),
    replyTo: textOf(event.data, 'reply_to'),
    links: campaign.links ?? [`https://example.com/${encodeURIComponent(event.name)}`],
  });
  const triggerEventId = triggerOf(ws, event);
  parents.set(message, { actionId: campaign.actionId, journeyId: ulid(ws.now()), triggerEventId });
  deliver(ws, message, rendered.missing, bodyOf(message, campaign));
}

function bodyOf({ subject }: MailMessage, { bodyLength = 0 }: Campaign): string {
  const headline = `<h1>${subject}</h1>`;
  return headline + '.'.repeat(Math.max(0, bodyLength - headline.length));
}

/** "The ID of an event that triggered a campaign or action" (docs). Whose id that is, is a switch. */
function triggerOf(ws: Workspace, event: StoredEvent): string | null {
  const { triggerEventIds } = ws.rules.switches;
  if (triggerEventIds === 'absent') return null;
  return (triggerEventIds === 'event_id' ? event.id : null) ?? ulid(event.receivedAt);
}

function textOf(data: JsonObject, key: string): string | null {
  const value = data[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
