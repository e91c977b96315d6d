import { appError, appJson, type Call, type Reply } from '../http/replies.ts';
import type { Campaign, Workspace } from '../model/workspace.ts';
import type { ListedCampaign } from '../types.ts';
import { broadcastTriggers } from './broadcasts.ts';
import { appMessages } from './lists.ts';
import { unknownCall } from './not-simulated.ts';

const shown = ({ id, name, event, actionId, state }: Campaign) => ({
  id,
  name,
  type: 'event',
  event_name: event,
  state,
  active: state === 'running',
  actions: [{ id: actionId, type: 'email' }],
});

const FIRST_LISTED_ID = 1001;

/** The keys that are present say what starts a campaign (Customer.io OpenAPI: campaignObject). */
const shownListed = ({ name, state, segments, event }: ListedCampaign, index: number) => ({
  id: FIRST_LISTED_ID + index,
  name,
  state,
  active: state === 'running',
  actions: null,
  ...(segments && { trigger_segment_ids: segments }),
  ...(event !== undefined && { event_name: event }),
});

function allCampaigns(ws: Workspace) {
  return [...[...ws.campaigns.values()].map(shown), ...ws.listed.campaigns.map(shownListed)];
}

/** The one email of a campaign (Customer.io docs, "List campaign actions"). */
const actionOf = ({ id, name, actionId, subject, messageName }: Campaign) => ({
  id: actionId,
  campaign_id: id,
  name: messageName ?? name,
  type: 'email',
  subject,
  sending_state: 'automatic',
});

/** `/v1/campaigns`, one of them, its actions and its messages. */
export function appCampaigns(ws: Workspace, call: Call): Reply {
  const [, , id, part, action] = call.path;
  // API-triggered broadcasts share the path of campaigns.
  if (part === 'triggers') return broadcastTriggers(ws, call);
  if (call.method !== 'GET') return unknownCall(call);
  if (id === undefined) return appJson(200, { campaigns: allCampaigns(ws) });
  const campaign = [...ws.campaigns.values()].find((one) => String(one.id) === id);
  if (!campaign) return appError(404, 'campaign not found');
  if (part === undefined) return appJson(200, { campaign: shown(campaign) });
  if (part === 'messages' && action === undefined) {
    const query = new URLSearchParams(call.query);
    query.set('campaign_id', id);
    return appMessages(ws, query, null);
  }
  if (part === 'actions' && action === undefined)
    return appJson(200, { actions: [actionOf(campaign)], next: '' });
  if (part === 'actions' && call.path.length === 5)
    return action === String(campaign.actionId)
      ? appJson(200, { action: actionOf(campaign) })
      : appError(404, 'action not found');
  return unknownCall(call);
}
