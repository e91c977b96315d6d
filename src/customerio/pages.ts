import { PAGE_HOSTS, type Region } from './hosts.ts';

/** The start of the URLs of a workspace's pages. @param workspaceId the `environment_id` that the Track API returns */
function workspacePage(region: Region, workspaceId: number): string {
  return `${PAGE_HOSTS[region]}/workspaces/${workspaceId}/journeys`;
}

/** A person's page. @param cioId Customer.io's id of the person, which reports contain */
export function personPage(region: Region, workspaceId: number, cioId: string): string {
  return `${workspacePage(region, workspaceId)}/people/${encodeURIComponent(cioId)}`;
}

/** A campaign's page. The path was seen in public code; it is not documented. */
export function campaignPage(region: Region, workspaceId: number, campaignId: number): string {
  return `${workspacePage(region, workspaceId)}/campaigns/${campaignId}/overview`;
}

/** The page with all campaigns. */
export function campaignsPage(region: Region, workspaceId: number): string {
  return `${workspacePage(region, workspaceId)}/campaigns`;
}
