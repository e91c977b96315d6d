import { DeliveryError } from '../domain/errors.ts';
import {
  type KommoClient,
  lackingSettings,
  WEBHOOK_SETTINGS,
  type Webhook,
  webhookEventLabels,
} from '../kommo/index.ts';
import { withoutEndSlashes } from '../lib/trim-end.ts';
import { failure, fromError, ok, type Verdict, warning } from './finding.ts';

export interface WebhookCheck {
  kommo: Pick<KommoClient, 'webhooks' | 'registerWebhook'>;
  connection: string;
  secret: string;
  fix: boolean;
  /** How often the events log is read in the place of webhooks, s; null: webhooks are expected. */
  pollEverySeconds: number | null;
  /** Where Kommo reaches this Stagepost; null where it is not configured. */
  publicUrl: string | null;
  signal?: AbortSignal;
}

/** Whether Kommo's webhook leads to this connection. No message holds the secret. */
export async function checkWebhook(check: WebhookCheck): Promise<Verdict[]> {
  if (check.pollEverySeconds !== null) return checkPolling(check, check.pollEverySeconds);
  try {
    const all = await check.kommo.webhooks({ signal: check.signal });
    const ours = all.filter((webhook) => secretOf(webhook, check.connection) !== null);
    const right = ours.filter((webhook) => secretOf(webhook, check.connection) === check.secret);
    const wrong = ours.filter((webhook) => !right.includes(webhook)).map(wrongSecret);
    if (right.length === 0) return [...wrong, await missing(check)];
    const verdicts = await Promise.all(right.map((webhook) => checkOne(webhook, check)));
    return [...verdicts, ...wrong, ...otherAddress(right, check.publicUrl)];
  } catch (error) {
    return [failedCheck(error, check)];
  }
}

const SWITCH =
  'Webhooks start campaigns within seconds. Set kommo.changes to webhooks, and register the webhook (doctor --fix, or the page Connections). Nothing is lost in between.';

/** Whether the account still needs to be polled: its plan may have changed. */
async function checkPolling(
  { kommo, connection, signal }: WebhookCheck,
  everySeconds: number,
): Promise<Verdict[]> {
  const polled = `Stagepost reads Kommo's events log every ${everySeconds} s in the place of webhooks`;
  try {
    const ours = (await kommo.webhooks({ signal })).filter(
      (webhook) => secretOf(webhook, connection) !== null,
    );
    const state = ours.length > 0 ? 'Kommo has a webhook to it as well' : 'this account allows webhooks';
    return [{ ...ok(`${polled}, although ${state}`), todo: SWITCH }];
  } catch (error) {
    return [isRefusal(error) ? ok(polled) : fromError(error)];
  }
}

/** The secret in the address, where its path ends with this connection's; else null. */
export function secretOf({ destination }: Webhook, connection: string): string | null {
  if (!URL.canParse(destination)) return null;
  const steps = new URL(destination).pathname.split('/').filter((step) => step !== '');
  const [webhooks, kommo, name, secret] = steps.slice(-4).map(decoded);
  const isOurs = webhooks === 'webhooks' && kommo === 'kommo' && name === connection;
  return isOurs && secret !== undefined ? secret : null;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** An address without its last part, which is the secret, and without anything after it. */
export function masked(destination: string): string {
  const url = new URL(destination);
  const path = withoutEndSlashes(url.pathname);
  return `${url.origin}${path.slice(0, path.lastIndexOf('/') + 1)}***`;
}

async function checkOne(webhook: Webhook, check: WebhookCheck): Promise<Verdict> {
  const address = masked(webhook.destination);
  if (webhook.disabled) {
    return failure(
      `Kommo has switched off the webhook to ${address}: it got too many bad answers`,
      'Make sure that Stagepost runs and can be reached. Then open the webhook in Kommo > Settings > Integrations > Web hooks and save it again.',
    );
  }
  const lacking = lackingSettings(webhook);
  // With --fix, those that an account may refuse are added as well.
  const addable = WEBHOOK_SETTINGS.filter((name) => !webhook.settings.includes(name));
  if ((check.fix ? addable : lacking).length === 0) return ok(`Kommo reports to ${address}`);
  if (!check.fix) {
    return warning(
      `The webhook to ${address} does not report ${webhookEventLabels(lacking)}`,
      'Tick these in Kommo > Settings > Integrations > Web hooks.',
      { does: 'adds these to the webhook in Kommo', needsPublicUrl: false },
    );
  }
  // Not documented: whether Kommo adds these settings or replaces the old ones. With all of them it makes no difference.
  const settings = [...webhook.settings, ...addable];
  const registered = await check.kommo.registerWebhook(webhook.destination, settings, {
    signal: check.signal,
  });
  const added = addable.filter((name) => lacking.includes(name) || registered.settings.includes(name));
  const more = added.length > 0 ? `; added ${webhookEventLabels(added)}` : '';
  return ok(`Kommo reports to ${address}${more}`);
}

async function missing(check: WebhookCheck): Promise<Verdict> {
  const { connection, secret, publicUrl, fix, signal } = check;
  if (!fix || publicUrl === null) {
    const address = `${publicUrl ?? 'https://your-host'}/webhooks/kommo/${connection}/***`;
    return warning(
      `No webhook of Kommo reports to /webhooks/kommo/${connection}/***. Stagepost won't see stage changes, unless you use Digital Pipeline webhooks`,
      byHand(check),
      { does: `registers the webhook to ${address} in Kommo`, needsPublicUrl: publicUrl === null },
    );
  }
  const destination = `${publicUrl}/webhooks/kommo/${encodeURIComponent(connection)}/${encodeURIComponent(secret)}`;
  const webhook = await register(check, destination, signal);
  if (webhook.disabled) return checkOne({ ...webhook, destination }, { ...check, fix: false });
  return ok(`Registered the webhook to ${masked(destination)}`);
}

/** After a lost answer, the list of webhooks shows whether it was registered. */
async function register(
  { kommo }: WebhookCheck,
  destination: string,
  signal: AbortSignal | undefined,
): Promise<Webhook> {
  try {
    return await kommo.registerWebhook(destination, WEBHOOK_SETTINGS, { signal });
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.failure !== 'retryable') throw error;
    const all = await kommo.webhooks({ signal });
    const found = all.find((webhook) => webhook.destination === destination);
    if (found) return found;
    throw error;
  }
}

function byHand({ connection, publicUrl }: WebhookCheck): string {
  const address = `${publicUrl ?? 'https://your-host'}/webhooks/kommo/${connection}/<kommo.webhook_secret>`;
  return `Add ${address} in Kommo > Settings > Integrations > Web hooks, with ${webhookEventLabels(WEBHOOK_SETTINGS)}; or as a webhook in each stage of the Digital Pipeline.`;
}

function wrongSecret({ destination }: Webhook): Verdict {
  return warning(
    `A webhook to ${masked(destination)} has another secret than kommo.webhook_secret, so Stagepost refuses its requests`,
    'Remove it in Kommo > Settings > Integrations > Web hooks, or set kommo.webhook_secret to its last part.',
  );
}

function otherAddress(webhooks: Webhook[], publicUrl: string | null): Verdict[] {
  if (publicUrl === null || webhooks.some(({ destination }) => destination.startsWith(`${publicUrl}/`)))
    return [];
  return [
    warning(
      `No webhook goes to ${publicUrl}; the registered one goes to ${masked(webhooks[0]!.destination)}`,
      'If Stagepost has moved, change the address in Kommo > Settings > Integrations > Web hooks.',
    ),
  ];
}

/** Kommo's cheaper plans have no API for webhooks, and only administrators may use it. A blocked account refuses all calls. */
function isRefusal(error: unknown): error is DeliveryError {
  return (
    error instanceof DeliveryError &&
    error.failure !== 'throttled' &&
    (error.status === 402 || error.status === 403)
  );
}

function failedCheck(error: unknown, check: WebhookCheck): Verdict {
  if (!isRefusal(error)) return fromError(error);
  return warning(
    `Kommo does not let the token read or register webhooks (${error.status}): its user is not an administrator, or the plan has no webhooks`,
    `Use an administrator's token and a plan with webhooks. Or set kommo.changes to polling: Stagepost then reads Kommo's events log every few seconds. Or use webhooks of the Digital Pipeline, if the plan has it. ${byHand(check)}`,
  );
}
