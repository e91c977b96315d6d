import { asObject, asText } from '../../lib/unknown-json.ts';
import { type AppTransport, listIn } from './transport.ts';

export interface ReportingWebhook {
  id: number | null;
  name: string;
  endpoint: string;
  /** Subscription names such as `email_opened`. */
  events: string[];
  disabled: boolean;
  /** False: only the first open and the first click of each message are sent. */
  fullResolution: boolean;
  /** Whether reports hold the content of the messages. */
  withContent: boolean;
}

/** What a reporting webhook is made with. */
export type NewReportingWebhook = Omit<ReportingWebhook, 'id'>;

export async function readReportingWebhooks(transport: AppTransport): Promise<ReportingWebhook[]> {
  const path = '/v1/reporting_webhooks';
  const answer = await transport.send({ method: 'GET', path, template: path });
  return listIn(answer, 'reporting_webhooks').map(readWebhook);
}

/** Not repeatable: after an unclear outcome, read the list first. */
export async function createReportingWebhook(
  transport: AppTransport,
  webhook: NewReportingWebhook,
): Promise<ReportingWebhook> {
  const path = '/v1/reporting_webhooks';
  const body = JSON.stringify(wireOf(webhook));
  const answer = await transport.send({ method: 'POST', path, template: path, body, isRead: true });
  return readWebhook(answer.body.json);
}

/** Replaces everything of a webhook. Customer.io OpenAPI: name, endpoint and events are required again. */
export async function updateReportingWebhook(
  transport: AppTransport,
  id: number,
  webhook: NewReportingWebhook,
): Promise<void> {
  const template = '/v1/reporting_webhooks/{id}';
  const body = JSON.stringify(wireOf(webhook));
  await transport.send({ method: 'PUT', path: `/v1/reporting_webhooks/${id}`, template, body, isRead: true });
}

function wireOf({ fullResolution, withContent, ...webhook }: NewReportingWebhook) {
  return { ...webhook, full_resolution: fullResolution, with_content: withContent };
}

function readWebhook(entry: unknown): ReportingWebhook {
  const {
    id,
    name,
    endpoint,
    events,
    disabled,
    full_resolution: fullResolution,
    with_content: withContent,
  } = asObject(entry);
  return {
    id: typeof id === 'number' ? id : null,
    name: asText(name),
    endpoint: asText(endpoint),
    events: Array.isArray(events) ? events.filter((event) => typeof event === 'string') : [],
    disabled: disabled === true,
    fullResolution: fullResolution === true,
    withContent: withContent === true,
  };
}

export interface Workspace {
  id: number;
  name: string;
  /** People whom the bill counts. */
  people: number;
}

/** Customer.io OpenAPI (workspaces): the account's workspaces with the number of their people, up to two hours old. */
export async function readWorkspaces(transport: AppTransport): Promise<Workspace[]> {
  const path = '/v1/workspaces';
  const answer = await transport.send({ method: 'GET', path, template: path });
  return listIn(answer, 'workspaces').flatMap((entry) => {
    const { id, name, people } = asObject(entry);
    return typeof id === 'number' && typeof people === 'number' ? [{ id, name: asText(name), people }] : [];
  });
}
