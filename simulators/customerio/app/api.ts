import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import type { Workspace } from '../model/workspace.ts';
import type { ReportingWebhooks } from '../reports/webhooks.ts';
import { appActivities, appMessage, appMessages } from './lists.ts';
import { appPeople } from './people.ts';
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

export const appNotFound = appError(404, 'not found');

/** Answers `/v1/…` for a caller with the App API key. */
export function appApi(ws: Workspace, webhooks: ReportingWebhooks, call: Call): Reply {
  const [, resource, id] = call.path;
  if (resource === 'reporting_webhooks') return appWebhooks(webhooks, call);
  if (resource === 'customers') return appPeople(ws, call) ?? appNotFound;
  if (call.method !== 'GET') return appNotFound;
  if (resource === 'activities') return appActivities(ws, call.query, null);
  if (resource === 'messages') {
    return id === undefined ? appMessages(ws, call.query, null) : (appMessage(ws, id) ?? appNotFound);
  }
  if (resource === 'campaigns' && id === undefined) return campaigns(ws);
  if (resource === 'info' && id === 'ip_addresses') return appJson(200, { ip_addresses: sourceAddresses });
  return appNotFound;
}

function campaigns(ws: Workspace): Reply {
  const list = [...ws.campaigns.values()].map(({ id, name, event, actionId }) => ({
    id,
    name,
    type: 'event',
    event_name: event,
    state: 'running',
    active: true,
    actions: [{ id: actionId, type: 'email' }],
  }));
  return appJson(200, { campaigns: list });
}
