/** A campaign of a Customer.io workspace (an "automation" on Customer.io's own pages). */
export interface Campaign {
  id: number;
  name: string;
  state: CampaignState;
  /**
   * What starts it. `segment`: a person who enters a segment, which may be one of people with an event; Customer.io's API does
   * not say which. `other`: a date, an object, a form, a webhook.
   */
  trigger: 'event' | 'segment' | 'other';
  /** The name of the event that starts it, as it was typed; null for the other triggers. */
  event: string | null;
}

/** Customer.io OpenAPI (campaignObject.state). An archived campaign counts as stopped. */
export type CampaignState = 'running' | 'draft' | 'stopped';

/**
 * What sends messages besides campaigns (a newsletter, an API-triggered broadcast, a transactional message), or one message of a
 * campaign (an "action" in the API).
 */
export interface Sender {
  kind: 'newsletter' | 'broadcast' | 'transactional' | 'message';
  id: number;
  name: string;
}

/** The campaigns of a workspace as they were last read. */
export interface CampaignList {
  /** The workspace's id (`environment_id`), for links to its pages; null where Customer.io has not said it. */
  workspaceId: number | null;
  campaigns: Campaign[];
  /** Whether there are more campaigns than are kept. */
  isCut: boolean;
}

/** How many campaigns of one workspace are kept. */
export const MAX_CAMPAIGNS = 5_000;
