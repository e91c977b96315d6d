import type { UnixSeconds } from '../entities.ts';
import { type CampaignState, MAX_CAMPAIGNS } from './campaign.ts';
import type { Coverage, EventCoverage, NamedCampaign, UnsentEvent } from './coverage.ts';

/** How many names a sentence has. */
const MAX_NAMES = 3;

/** What starts from an event, in a sentence or two. */
export function describeEventCoverage({
  event,
  status,
  campaigns,
  campaignCount,
  similar,
}: Pick<EventCoverage, 'event' | 'status' | 'campaigns' | 'campaignCount' | 'similar'>): string {
  const running = campaigns.filter(({ state }) => state === 'running');
  if (status === 'running') {
    const one = running.length === 1 ? 'the campaign' : `${running.length} campaigns:`;
    return `${event} starts ${one} ${namesOf(running)}.`;
  }
  const sentences = [`${event} is sent, but no running campaign starts from it.`];
  if (campaigns.length > 0) sentences.push(statesOf(campaigns, campaignCount));
  for (const other of similar)
    sentences.push(
      `${capital(campaignsOf(other.campaigns))} ${verb(other.campaigns, 'waits', 'wait')} for ${quotedEvent(other.event)} instead.`,
    );
  return sentences.join(' ');
}

/** What can be done where no running campaign starts from an event; null where one does. */
export function coverageAdvice({
  event,
  status,
  similar,
}: Pick<EventCoverage, 'event' | 'status' | 'similar'>): string | null {
  if (status === 'running') return null;
  const [other] = similar;
  if (other)
    return other.difference === 'spelling'
      ? `Write the name the same way in the rule and in the campaign: ${quotedEvent(event)}.`
      : `If they are meant to be the same event, give it one name: ${quotedEvent(event)} or ${quotedEvent(other.event)}.`;
  if (status === 'idle') return 'Start the campaign in Customer.io.';
  return `Make a campaign in Customer.io with the event ${event} as its trigger, or correct the name in the rule.`;
}

/** A campaign that waits for an event that no rule sends, though one sends an event with nearly the same name. */
export function describeUnsent({ event, similarTo, campaigns }: UnsentEvent): string {
  const waits = `${capital(campaignsOf(campaigns))} ${verb(campaigns, 'waits', 'wait')} for ${quotedEvent(event)}`;
  return similarTo === null
    ? `${waits}, which no rule sends.`
    : `${waits}, which no rule sends. The rules send ${quotedEvent(similarTo)}.`;
}

/** What cannot be seen: campaigns that a segment starts. Null where there is none. */
export function describeSegments({
  runningBySegment: count,
}: Pick<Coverage, 'runningBySegment'>): string | null {
  if (count === 0) return null;
  const one = count === 1;
  return `${count} running ${one ? 'campaign starts' : 'campaigns start'} from a segment. Customer.io does not say whether ${one ? 'its' : 'such a'} segment uses one of these events, so ${one ? 'it is' : 'they are'} not counted here.`;
}

function statesOf(campaigns: readonly NamedCampaign[], count: number): string {
  const texts = (['draft', 'stopped'] as CampaignState[]).flatMap((state) => {
    const those = campaigns.filter((campaign) => campaign.state === state);
    if (those.length === 0) return [];
    const is = state === 'draft' ? verb(those, 'is a draft', 'are drafts') : verb(those, 'is', 'are');
    return [`${namesOf(those)} ${is}${state === 'draft' ? '' : ' stopped'}`];
  });
  const more = count > campaigns.length ? ` There are ${count} in all.` : '';
  return `${texts.join(', and ')}.${more}`;
}

function campaignsOf(campaigns: readonly NamedCampaign[]): string {
  return `the ${verb(campaigns, 'campaign', 'campaigns')} ${namesOf(campaigns)}`;
}

function verb(campaigns: readonly unknown[], one: string, many: string): string {
  return campaigns.length === 1 ? one : many;
}

function namesOf(campaigns: readonly NamedCampaign[]): string {
  const names = campaigns.slice(0, MAX_NAMES).map(({ name }) => `"${name}"`);
  const rest = campaigns.length - names.length;
  if (rest > 0) return `${names.join(', ')} and ${rest} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Spaces at the ends of a name cannot be seen otherwise. */
function quotedEvent(event: string): string {
  const [atStart, atEnd] = [event !== event.trimStart(), event !== event.trimEnd()];
  const where = atStart && atEnd ? 'spaces around it' : atStart ? 'a space before it' : 'a space after it';
  return `"${event}"${atStart || atEnd ? ` (with ${where})` : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Null where all campaigns were compared. */
export function describeCut({ isCut }: Pick<Coverage, 'isCut'>): string | null {
  return isCut ? `Only the first ${MAX_CAMPAIGNS} campaigns of the workspace were compared.` : null;
}

/** What is missing without an App API key. */
export const WITHOUT_APP_KEY =
  'Stagepost has no App API key of this workspace, so it cannot see the campaigns. With one (customerio.app_key) it says for each event which running campaign starts from it, and warns where none does.';

/** The campaigns that reports have tied to an event. @param now unix seconds */
export function describeSeen(
  event: string,
  seen: readonly { campaignId: string | null; name: string | null; at: UnixSeconds }[],
  now: UnixSeconds,
): string {
  const names = seen
    .slice(0, MAX_NAMES)
    .map(({ campaignId, name }) => (name ? `"${name}"` : `campaign ${campaignId}`));
  const newest = Math.max(...seen.map(({ at }) => at));
  return `${event} has started ${names.join(', ')}; the last report about it came ${agoText(now - newest)}.`;
}

function agoText(seconds: number): string {
  if (seconds < 120) return 'just now';
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} minutes ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} hours ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}
