import type { ConnectionConfig } from '../config/index.ts';
import type { AppClient, NewReportingWebhook, ReportingWebhook } from '../customerio/index.ts';
import { DeliveryError } from '../domain/errors.ts';
import { ok, type Verdict } from './finding.ts';
import { neededEvents } from './reporting.ts';

type Wanted = Pick<ConnectionConfig, 'name' | 'reactions' | 'inactivity'>;
type App = Pick<AppClient, 'reportingWebhooks' | 'createReportingWebhook' | 'updateReportingWebhook'>;

/**
 * Makes the reporting webhook to this Stagepost, or corrects the one that exists: events, every open and click, switched on.
 * Events and Body Content that somebody has added stay. A webhook to another address is another Stagepost's, and not touched.
 * @returns empty where no rule needs reports and there is no webhook
 * @throws DeliveryError
 */
export async function fixReporting(app: App, connection: Wanted, publicUrl: string): Promise<Verdict[]> {
  const needed = neededEvents(connection);
  const endpoint = `${publicUrl}/webhooks/customerio/${connection.name}`;
  const existing = await find(app, endpoint);
  if (existing === null && needed.length === 0) return [];
  if (existing === null) return [await create(app, wantedOf(connection.name, endpoint, needed))];
  const events = [...new Set([...existing.events, ...needed])];
  const corrected = { ...existing, events, disabled: false, fullResolution: true };
  const changes = changesOf(existing, needed);
  if (changes.length === 0) return [ok(`Customer.io reports to ${endpoint}`)];
  const { id, ...webhook } = corrected;
  await app.updateReportingWebhook(id!, webhook);
  return [ok(`Corrected the reporting webhook to ${endpoint}: ${changes.join(', ')}`)];
}

/**
 * Makes the reporting webhook of a connection that does not exist yet, switched off: its page in Customer.io shows the signing
 * key. One to the same address stays as it is. `fixReporting` switches it on.
 * @param events the API wants at least one
 * @throws DeliveryError
 */
export async function prepareReporting(
  app: App,
  { name, endpoint, events }: Pick<NewReportingWebhook, 'name' | 'endpoint' | 'events'>,
): Promise<void> {
  if ((await find(app, endpoint)) !== null) return;
  await create(app, { name, endpoint, events, disabled: true, fullResolution: true, withContent: false });
}

function wantedOf(name: string, endpoint: string, events: string[]): NewReportingWebhook {
  return {
    ...{ name: `Stagepost ${name}`, endpoint, events, disabled: false, fullResolution: true },
    // With an App API key, Stagepost reads back which topics a client has switched.
    withContent: false,
  };
}

async function find(app: App, endpoint: string): Promise<ReportingWebhook | null> {
  const all = await app.reportingWebhooks();
  return all.find((webhook) => webhook.endpoint === endpoint && webhook.id !== null) ?? null;
}

/** After a lost answer, the list shows whether it was made. */
async function create(app: App, webhook: NewReportingWebhook): Promise<Verdict> {
  const made = ok(`Made the reporting webhook to ${webhook.endpoint}, with ${webhook.events.join(', ')}`);
  try {
    await app.createReportingWebhook(webhook);
    return made;
  } catch (error) {
    const isUnclear =
      error instanceof DeliveryError && (error.failure === 'unknown' || error.failure === 'retryable');
    if (isUnclear && (await find(app, webhook.endpoint)) !== null) return made;
    throw error;
  }
}

function changesOf({ events, disabled, fullResolution }: ReportingWebhook, needed: string[]): string[] {
  const added = needed.filter((name) => !events.includes(name));
  return [
    ...(added.length > 0 ? [`added ${added.join(', ')}`] : []),
    ...(disabled ? ['switched on'] : []),
    ...(fullResolution ? [] : ['every open and click']),
  ];
}
