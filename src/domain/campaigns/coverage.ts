import { editDistance } from '../../lib/nearest.ts';
import type { Campaign, CampaignList, CampaignState } from './campaign.ts';

/** An event that rules send to Customer.io, and the rules that send it. */
export interface SentEvent {
  event: string;
  from: EventSource[];
}

export type EventSource =
  | { kind: 'stage'; pipeline: string; stage: string }
  /** An inactivity timer, by the event that starts it. */
  | { kind: 'timer'; start: string };

/** The part of rules that sends events. Drafts and published rules have it. */
export interface SendingRules {
  stages: readonly { pipeline: string; stage: string; event: string }[];
  inactivity: readonly { start: string; event: string }[];
}

export type NamedCampaign = Pick<Campaign, 'id' | 'name' | 'state'>;

export interface EventCoverage extends SentEvent {
  /** `running`: a running campaign starts from it. `idle`: only drafts and stopped ones do. `none`: no campaign does. */
  status: 'running' | 'idle' | 'none';
  /** Those that start from it, at most 20: the running ones first, then drafts. */
  campaigns: NamedCampaign[];
  campaignCount: number;
  /** Campaigns that wait for an event with nearly the same name, where none runs for this one; at most 3 names. */
  similar: SimilarEvent[];
}

export interface SimilarEvent {
  event: string;
  /** `spelling`: only capitals, spaces, hyphens or underscores differ. `typo`: one letter or two do. */
  difference: 'spelling' | 'typo';
  campaigns: NamedCampaign[];
}

/** Campaigns that wait for an event that no rule sends. */
export interface UnsentEvent {
  event: string;
  /** The event that a rule sends, where the names are nearly the same. */
  similarTo: string | null;
  campaigns: NamedCampaign[];
}

/** Which campaigns start from the events that rules send, and which wait for others. */
export interface Coverage {
  /** In the order of the rules. */
  events: EventCoverage[];
  /** Running campaigns and drafts; those with a name that a rule nearly sends first; at most 100 events. */
  unsent: UnsentEvent[];
  unsentCount: number;
  /** How many running campaigns a segment starts: Customer.io's API does not say which of them use an event. */
  runningBySegment: number;
  /** The workspace has more campaigns than were compared. */
  isCut: boolean;
}

const MAX_SHOWN = 20;
const MAX_SIMILAR = 3;
const MAX_UNSENT = 100;
/** Comparing names letter by letter takes time; so many different names are compared. */
const MAX_COMPARED = 1_000;

/** The events in the order in which the rules first name them. Rules without an event yet are left out. */
export function sentEvents({ stages, inactivity }: SendingRules): SentEvent[] {
  const events = new Map<string, EventSource[]>();
  const add = (event: string, source: EventSource) => {
    if (event.trim() === '') return;
    events.set(event, [...(events.get(event) ?? []), source]);
  };
  for (const { pipeline, stage, event } of stages) add(event, { kind: 'stage', pipeline, stage });
  for (const { start, event } of inactivity) add(event, { kind: 'timer', start });
  return [...events].map(([event, from]) => ({ event, from }));
}

/**
 * Compares the events that rules send with the campaigns of the workspace. An event starts a campaign only if the names are
 * equal: Customer.io docs ask for the same name, trim spaces around names of events that arrive, and say nothing of capitals.
 */
export function coverageOf(
  sent: readonly SentEvent[],
  { campaigns, isCut }: Pick<CampaignList, 'campaigns' | 'isCut'>,
): Coverage {
  const byEvent = campaignsByEvent(campaigns);
  const own = new Set(sent.map(({ event }) => event));
  const others = [...byEvent.keys()].filter((event) => !own.has(event));
  const unsent = unsentEvents(others, byEvent, comparable([...own]));
  const compared = comparable(others);
  return {
    events: sent.map((event) => eventCoverage(event, byEvent, compared)),
    unsent: unsent.slice(0, MAX_UNSENT),
    unsentCount: unsent.length,
    runningBySegment: campaigns.filter(({ trigger, state }) => trigger === 'segment' && state === 'running')
      .length,
    isCut,
  };
}

/** The events that running campaigns wait for, by name. Other campaigns of the workspace may start from the same ones. */
export function awaitedEvents(campaigns: readonly Campaign[]): { event: string; campaigns: string[] }[] {
  const running = campaigns.filter(({ state }) => state === 'running');
  return [...campaignsByEvent(running)]
    .map(([event, all]) => ({ event, campaigns: all.map(({ name }) => name) }))
    .sort((a, b) => a.event.localeCompare(b.event));
}

function campaignsByEvent(campaigns: readonly Campaign[]): Map<string, Campaign[]> {
  const byEvent = new Map<string, Campaign[]>();
  for (const campaign of campaigns) {
    if (campaign.event === null) continue;
    const listed = byEvent.get(campaign.event);
    if (listed) listed.push(campaign);
    else byEvent.set(campaign.event, [campaign]);
  }
  return byEvent;
}

function eventCoverage(
  { event, from }: SentEvent,
  byEvent: ReadonlyMap<string, Campaign[]>,
  others: readonly ComparableName[],
): EventCoverage {
  const campaigns = byEvent.get(event) ?? [];
  const isRunning = campaigns.some(({ state }) => state === 'running');
  const status = isRunning ? 'running' : campaigns.length > 0 ? 'idle' : 'none';
  const similar = isRunning ? [] : similarEvents(event, others);
  return {
    event,
    from,
    status,
    campaigns: shown(campaigns),
    campaignCount: campaigns.length,
    similar: similar.map((one) => ({ ...one, campaigns: shown(byEvent.get(one.event) ?? []) })),
  };
}

function unsentEvents(
  others: readonly string[],
  byEvent: ReadonlyMap<string, Campaign[]>,
  own: readonly ComparableName[],
): UnsentEvent[] {
  const waiting = others.flatMap((event) => {
    const campaigns = (byEvent.get(event) ?? []).filter(({ state }) => state !== 'stopped');
    return campaigns.length > 0 ? [{ event, campaigns: shown(campaigns) }] : [];
  });
  const unsent = waiting.map((one, index) => ({
    ...one,
    similarTo: index < MAX_COMPARED ? similarName(one.event, own) : null,
  }));
  const rank = ({ similarTo, campaigns }: UnsentEvent) =>
    (similarTo === null ? 2 : 0) + (campaigns[0]?.state === 'running' ? 0 : 1);
  return unsent.sort((a, b) => rank(a) - rank(b));
}

const ORDER: Record<CampaignState, number> = { running: 0, draft: 1, stopped: 2 };

function shown(campaigns: readonly Campaign[]): NamedCampaign[] {
  return campaigns
    .map(({ id, name, state }) => ({ id, name, state }))
    .sort((a, b) => ORDER[a.state] - ORDER[b.state])
    .slice(0, MAX_SHOWN);
}

/** A name, and what it is compared by. */
interface ComparableName {
  event: string;
  plain: string;
}

function comparable(events: readonly string[]): ComparableName[] {
  return events.slice(0, MAX_COMPARED).map((event) => ({ event, plain: plainName(event) }));
}

function similarName(event: string, own: readonly ComparableName[]): string | null {
  const [nearest] = similarEvents(event, own);
  return nearest?.event ?? null;
}

/** The names that somebody may have meant, those that differ least first. */
function similarEvents(event: string, others: readonly ComparableName[]): Omit<SimilarEvent, 'campaigns'>[] {
  const plain = plainName(event);
  const found = others.flatMap((other) => {
    const difference = other.event === event ? null : differenceOf(plain, other.plain);
    return difference === null ? [] : [{ event: other.event, difference }];
  });
  const spelling = found.filter(({ difference }) => difference === 'spelling');
  return [...spelling, ...found.filter(({ difference }) => difference === 'typo')].slice(0, MAX_SIMILAR);
}

/** Of two plain names. Null where nobody would take one for the other. */
function differenceOf(a: string, b: string): SimilarEvent['difference'] | null {
  if (a === b) return 'spelling';
  const longer = Math.max(a.length, b.length);
  const allowed = longer >= 12 ? 2 : longer >= 5 ? 1 : 0;
  if (longer > MAX_LETTERS || Math.abs(a.length - b.length) > allowed || isOtherNumber(a, b)) return null;
  return editDistance(a, b) <= allowed ? 'typo' : null;
}

/** Customer.io docs: the name of an event has at most 100 bytes. */
const MAX_LETTERS = 100;

/** `deal_won` for `Deal Won `, `deal-won` and `dealWon`. */
function plainName(event: string): string {
  return event
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[\s_.-]+/gu, '_')
    .replace(/^_|_$/g, '');
}

/** `stage_1` and `stage_2` are two events and no typo. */
function isOtherNumber(a: string, b: string): boolean {
  return a.replace(/\d+/g, '') === b.replace(/\d+/g, '');
}
