import type { ConnectionConfig } from '../config/index.ts';
import type { AppClient, ReportingWebhook } from '../customerio/index.ts';
import { DeliveryError } from '../domain/errors.ts';
import { requiredReports } from '../domain/rules/stop-reports.ts';
import { withoutEndSlashes } from '../lib/trim-end.ts';
import { failure, fromError, ok, skipped, type Verdict, warning } from './finding.ts';

type Wanted = Pick<ConnectionConfig, 'name' | 'reactions' | 'inactivity'>;

export const APP_KEY_ACCEPTED = 'Customer.io accepts the App API key';

/** Customer.io's reporting webhook, which can only be read through the App API. */
export async function checkReporting(
  app: Pick<AppClient, 'reportingWebhooks'> | null,
  connection: Wanted,
  publicUrl: string | null = null,
): Promise<Verdict[]> {
  if (app === null) {
    const todo = 'Set customerio.app_key. Then this is checked, and people can be found by their attributes.';
    return [skipped('No App API key is set, so the reporting webhook cannot be checked', todo)];
  }
  try {
    return [ok(APP_KEY_ACCEPTED), ...webhookVerdicts(await app.reportingWebhooks(), connection, publicUrl)];
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.status !== 401) return [fromError(error)];
    const where = 'Customer.io > Settings > Account Settings > API Credentials > App API Keys';
    return [failure(error.message, `Make an App API key in ${where}, for the region of customerio.region.`)];
  }
}

function webhookVerdicts(all: ReportingWebhook[], connection: Wanted, publicUrl: string | null): Verdict[] {
  const path = `/webhooks/customerio/${connection.name}`;
  const ours = all.filter(({ endpoint }) => pathOf(endpoint).endsWith(path));
  const needed = neededEvents(connection);
  if (ours.length === 0) return [missing(path, needed, publicUrl)];
  const enabled = ours.filter((webhook) => !webhook.disabled);
  if (enabled.length === 0) {
    const todo = 'Enable it in Customer.io > Integrations > Reporting Webhooks.';
    const fix = { does: 'switches it on', needsPublicUrl: publicUrl === null };
    return [failure(`The reporting webhook "${ours[0]!.name}" to ${path} is disabled`, todo, fix)];
  }
  const problems = [
    ...unsubscribed(enabled, needed, publicUrl),
    ...firstOnly(enabled, connection, publicUrl),
  ];
  return problems.length > 0
    ? problems
    : [ok(`Customer.io reports to ${pathless(enabled[0]!.endpoint)}${path}`)];
}

/** The reports that Customer.io must send: those with a reaction, and those that stop an inactivity clock. */
export function neededEvents({ reactions, inactivity }: Wanted): string[] {
  const names = [
    ...reactions.map(({ name }) => name),
    ...inactivity.flatMap(({ unless }) => requiredReports(unless)),
  ];
  return [...new Set(names.map(subscriptionOf))];
}

/**
 * The name under which a report is subscribed to. It differs for a person's settings: they are reported under their
 * channel, but subscribed to as `customer_...`, and only `email_unsubscribed` has an entry of its own.
 * Source: `events` of reporting webhooks in Customer.io's App API.
 */
export function subscriptionOf(name: string): string {
  if (name.endsWith('_cio_subscription_preferences_changed'))
    return 'customer_subscription_preferences_changed';
  if (name === 'email_unsubscribed') return name;
  const settings = /_((?:un)?subscribed)$/.exec(name);
  return settings ? `customer_${settings[1]}` : name;
}

function missing(path: string, needed: string[], publicUrl: string | null): Verdict {
  const where = 'Customer.io > Integrations > Reporting Webhooks';
  if (needed.length === 0) return ok('There is no reporting webhook, and no reaction needs one');
  return failure(
    `No reporting webhook of Customer.io goes to ${path}, so opens, clicks and unsubscribes are not shown in Kommo`,
    `Add one in ${where} to ${publicUrl ?? 'https://your-host'}${path}, with ${needed.join(', ')}; then copy its signing key.`,
    { does: `makes the reporting webhook to ${path}`, needsPublicUrl: publicUrl === null },
  );
}

function unsubscribed(webhooks: ReportingWebhook[], needed: string[], publicUrl: string | null): Verdict[] {
  const events = new Set(webhooks.flatMap((webhook) => webhook.events));
  const lacking = needed.filter((name) => !events.has(name));
  if (lacking.length === 0) return [];
  const todo = 'Tick these in Customer.io > Integrations > Reporting Webhooks.';
  const fix = { does: 'adds these to the reporting webhook', needsPublicUrl: publicUrl === null };
  return [warning(`The reporting webhook does not send ${lacking.join(', ')}`, todo, fix)];
}

/** Without `full_resolution` only the first open and the first click of each message are sent. */
function firstOnly(webhooks: ReportingWebhook[], { reactions }: Wanted, publicUrl: string | null): Verdict[] {
  if (webhooks.some((webhook) => webhook.fullResolution)) return [];
  const repeated = reactions
    .filter(({ name, repeat }) => repeat === 'every' && /_(opened|clicked)$/.test(name))
    .map(({ name }) => name);
  if (repeated.length === 0) return [];
  return [
    warning(
      `${repeated.join(', ')}: the configuration says repeat: every, but Customer.io sends only the first of each message`,
      'Let the reporting webhook send every open and click (full resolution), or set repeat: first.',
      { does: 'lets it send every open and click', needsPublicUrl: publicUrl === null },
    ),
  ];
}

function pathOf(endpoint: string): string {
  return URL.canParse(endpoint) ? withoutEndSlashes(new URL(endpoint).pathname) : '';
}

function pathless(endpoint: string): string {
  return new URL(endpoint).origin;
}
