import type { Campaign, CampaignState, Sender } from '../../domain/campaigns/campaign.ts';
import { removeControls } from '../../lib/control-characters.ts';
import { asObject, type JsonObject, ownProperty, textOrNull } from '../../lib/unknown-json.ts';
import { cleanText } from '../reports/report-fields.ts';
import { type AppTransport, listIn } from './transport.ts';

/** 5,000 campaigns with a dozen actions each. */
const MAX_LIST_BYTES = 8_000_000;
/** Customer.io docs: a newsletter's name has at most 190 characters. */
const MAX_NAME = 200;
const NEWSLETTERS_A_PAGE = 100;
/** The newest thousand: reports come about those, and mostly name them. */
const MAX_PAGES = 10;

/** Each page has some ten actions, with the text of the message (Customer.io docs). */
const MAX_ACTION_PAGES = 3;

/** All campaigns of the workspace, in Customer.io's order; entries without an id are left out (Customer.io docs: one answer has all). */
export async function readCampaigns(transport: AppTransport): Promise<Campaign[]> {
  const path = '/v1/campaigns';
  const answer = await transport.send({ method: 'GET', path, template: path, maxBytes: MAX_LIST_BYTES });
  return listIn(answer, 'campaigns').flatMap((entry) => readCampaign(asObject(entry)));
}

/** The API-triggered broadcasts. */
export async function readBroadcasts(transport: AppTransport): Promise<Sender[]> {
  const path = '/v1/broadcasts';
  const answer = await transport.send({ method: 'GET', path, template: path, maxBytes: MAX_LIST_BYTES });
  return listIn(answer, 'broadcasts').flatMap((entry) => readSender('broadcast', asObject(entry)));
}

/** The transactional messages. */
export async function readTransactional(transport: AppTransport): Promise<Sender[]> {
  const path = '/v1/transactional';
  const answer = await transport.send({ method: 'GET', path, template: path, maxBytes: MAX_LIST_BYTES });
  return listIn(answer, 'messages').flatMap((entry) => readSender('transactional', asObject(entry)));
}

/** The newest 1,000 newsletters. */
export async function readNewsletters(transport: AppTransport): Promise<Sender[]> {
  const template = '/v1/newsletters';
  const newsletters: Sender[] = [];
  let start: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = new URLSearchParams({ limit: String(NEWSLETTERS_A_PAGE), sort: 'desc' });
    if (start !== null) query.set('start', start);
    const answer = await transport.send({ method: 'GET', path: `${template}?${query}`, template });
    const entries = listIn(answer, 'newsletters');
    newsletters.push(...entries.flatMap((entry) => readSender('newsletter', asObject(entry))));
    const next: string | null = textOrNull(ownProperty(answer.body.json, 'next'));
    if (next === null || next === start || entries.length === 0) break;
    start = next;
  }
  return newsletters;
}

/** The messages of a campaign, with the names that they have in it; those of their first pages. */
export async function readMessages(transport: AppTransport, campaignId: number): Promise<Sender[]> {
  const template = '/v1/campaigns/{id}/actions';
  const messages: Sender[] = [];
  let start: string | null = null;
  for (let page = 0; page < MAX_ACTION_PAGES; page++) {
    const query = start === null ? '' : `?${new URLSearchParams({ start })}`;
    const path = `/v1/campaigns/${campaignId}/actions${query}`;
    const answer = await transport.send({ method: 'GET', path, template, maxBytes: MAX_LIST_BYTES });
    messages.push(...listIn(answer, 'actions').flatMap((entry) => readSender('message', asObject(entry))));
    const next: string | null = textOrNull(ownProperty(answer.body.json, 'next'));
    if (next === null || next === start) break;
    start = next;
  }
  return messages;
}

/**
 * Customer.io OpenAPI (campaignObject): the keys that are present say what starts a campaign, since `type` was to be removed in
 * 2025: `event_name`, or `trigger_segment_ids`.
 */
function readCampaign(entry: JsonObject): Campaign[] {
  const id = idOf(entry.id);
  if (id === null) return [];
  const event = typeof entry.event_name === 'string' && entry.event_name.trim() !== '';
  const bySegment = Array.isArray(entry.trigger_segment_ids) && entry.trigger_segment_ids.length > 0;
  return [
    {
      id,
      name: nameOf(entry.name, `Campaign ${id}`),
      state: stateOf(entry),
      trigger: event ? 'event' : bySegment ? 'segment' : 'other',
      event: event ? cleanText(String(entry.event_name), MAX_NAME) : null,
    },
  ];
}

/**
 * A campaign without a known state is judged by `active`, and without that it counts as running: "no campaign" must not be
 * claimed for lack of a key.
 */
function stateOf({ state, active }: JsonObject): CampaignState {
  if (state === 'running' || state === 'draft' || state === 'stopped') return state;
  if (typeof active === 'boolean') return active ? 'running' : 'stopped';
  return typeof state === 'string' && state !== '' ? 'stopped' : 'running';
}

function readSender(kind: Sender['kind'], entry: JsonObject): Sender[] {
  const id = idOf(entry.id);
  return id === null ? [] : [{ kind, id, name: nameOf(entry.name, `${NOUNS[kind]} ${id}`) }];
}

const NOUNS: Record<Sender['kind'], string> = {
  newsletter: 'Newsletter',
  broadcast: 'Broadcast',
  transactional: 'Transactional message',
  message: 'Message',
};

/** Ids are integers in the docs, and texts in some answers. */
function idOf(value: unknown): number | null {
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** On one line, without characters that only serve to deceive. */
function nameOf(value: unknown, otherwise: string): string {
  if (typeof value !== 'string') return otherwise;
  const name = removeControls(cleanText(value, MAX_NAME)).replace(/\s+/gu, ' ').trim();
  return name === '' ? otherwise : name;
}
