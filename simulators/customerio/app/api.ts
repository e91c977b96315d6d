import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import type { Workspace } from '../model/workspace.ts';
import type { ReportingWebhooks } from '../reports/webhooks.ts';
import { parseBody } from '../track/calls.ts';
import { broadcasts } from './broadcasts.ts';
import { appCampaigns } from './campaigns.ts';
import { collections } from './collections.ts';
import { appExports } from './exports.ts';
import { appMessage, appMessages, page, workspaceActivities } from './lists.ts';
import { unknownCall } from './not-simulated.ts';
import { objects, objectTypes } from './objects.ts';
import { appPeople } from './people.ts';
import { segments } from './segments.ts';
import { send } from './send.ts';
import { snippets } from './snippets.ts';
import { subscriptionChannels, subscriptionToken, subscriptionTopics } from './subscriptions.ts';
import { espSuppressions } from './suppressions.ts';
import { appWebhooks } from './webhooks.ts';

// Customer.io docs, "Webhook source IP addresses" (US).
const sourceAddresses = [
  '35.188.196.183',
  '104.198.177.219',
  '104.154.232.87',
  '130.211.229.195',
  '104.198.221.24',
  '104.197.27.15',
  '35.194.9.154',
  '104.154.144.51',
  '104.197.210.12',
  '35.225.6.73',
];

/** The workspaces of the account, of which the simulator has one (Customer.io OpenAPI: `GET /v1/workspaces`). */
function workspaces(ws: Workspace): Reply {
  const people = [...ws.people.all()].length;
  return appJson(200, { workspaces: [{ id: 3, name: 'Simulated', people, objects: 0 }] });
}

/** Names that the data index takes in one call (Customer.io docs). */
const MOST_DESCRIPTIONS = 100;

/** Answers `/v1/…` for a caller with the App API key. */
export function appApi(ws: Workspace, webhooks: ReportingWebhooks, call: Call): Reply {
  const [, resource, id] = call.path;
  // Older clients put `api` into the path of every call (seen in public client code).
  if (resource === 'api') return appApi(ws, webhooks, { ...call, path: ['v1', ...call.path.slice(2)] });
  if (resource === 'reporting_webhooks') return appWebhooks(webhooks, call);
  if (resource === 'customers') return appPeople(ws, call) ?? unknownCall(call);
  if (resource === 'esp') return espSuppressions(ws, call);
  if (resource === 'subscription_center') return subscriptionToken(ws, call);
  if (resource === 'send') return send(ws, call);
  if (resource === 'segments') return segments(ws, call);
  if (resource === 'campaigns') return appCampaigns(ws, call);
  if (resource === 'broadcasts') return broadcasts(ws, call);
  if (resource === 'exports') return appExports(ws, call);
  if (resource === 'collections') return collections(ws, call);
  if (resource === 'snippets') return snippets(ws, call);
  if (resource === 'objects') return objects(ws, call);
  if (resource === 'data_index' && call.method === 'POST') return describeData(call);
  if (call.method !== 'GET') return unknownCall(call);
  if (resource === 'workspaces' && id === undefined) return workspaces(ws);
  if (resource === 'object_types') return objectTypes(ws);
  if (resource === 'activities') return workspaceActivities(ws, call.query);
  if (resource === 'subscription_topics') return subscriptionTopics(ws);
  if (resource === 'subscription_channels') return subscriptionChannels(ws);
  if (resource === 'newsletters' && id === undefined) return newsletters(ws, call.query);
  if (resource === 'transactional' && id === undefined)
    return appJson(200, { messages: ws.listed.transactional });
  if (resource === 'messages' && id === undefined) return appMessages(ws, call.query, null);
  if (resource === 'messages' && call.path.length === 3)
    return appMessage(ws, id!) ?? appError(404, 'not found');
  if (resource === 'info' && id === 'ip_addresses') return appJson(200, { ip_addresses: sourceAddresses });
  return unknownCall(call);
}

/** `/v1/newsletters`, the newest first with `sort=desc`. */
function newsletters({ listed }: Workspace, query: URLSearchParams): Reply {
  const all = query.get('sort') === 'desc' ? listed.newsletters.toReversed() : listed.newsletters;
  const { items, next } = page(all, query, { usual: 50, most: 100 });
  return appJson(200, { newsletters: items.length > 0 ? items : null, next });
}

/** `/v1/data_index/attributes` and `events`: descriptions that only Customer.io's own pages show. */
function describeData(call: Call): Reply {
  const kind = call.path[2] ?? '';
  const parsed = parseBody(call.body);
  const list = 'value' in parsed ? parsed.value[kind] : undefined;
  if (kind !== 'attributes' && kind !== 'events') return unknownCall(call);
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_DESCRIPTIONS)
    return appError(422, `${kind} must have 1 to ${MOST_DESCRIPTIONS} entries`, `/${kind}`);
  return { ...appJson(204, null), body: '' };
}
