import { DeliveryError } from '../domain/errors.ts';
import { type KommoClient, WEBHOOK_SETTINGS, type Webhook } from '../kommo/index.ts';
import { failure, fromError, ok, type Verdict, warning } from './finding.ts';

export interface WebhookCheck {
  kommo: Pick<KommoClient, 'webhooks' | 'registerWebhook'>;
  connection: string;
  secret: string;
  fix: boolean;
  /** Where Kommo reaches this Stagepost; null where it was not said. */
  publicUrl: string | null;
  signal?: AbortSignal;
}

/** Whether Kommo reports to this connection. No text of it holds the secret. */
export async function checkWebhook(check: WebhookCheck): Promise<Verdict[]> {
  try {
    const all = await check.kommo.webhooks({ signal: check.signal });
    const ours = all.filter((webhook) => secretOf(webhook, check.connection) !== null);
    const right = ours.filter((webhook) => secretOf(webhook, check.connection) === check.secret);
    const wrong = ours.filter((webhook) => !right.includes(webhook)).map(wrongSecret);
    if (right.length === 0) return [...wrong, await missing(check)];
    const verdicts = await Promise.all(right.map((webhook) => checkOne(webhook, check)));
    return [...verdicts, ...wrong, ...elsewhere(right, check.publicUrl)];
  } catch (error) {
    return [withoutPlan(error, check)];
  }
}

/** The secret in the address, where its path ends with this connection's; else null. */
function secretOf({ destination }: Webhook, connection: string): string | null {
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

/** An address as it may be shown: without its last step, the secret, and whatever may follow it. */
export function masked(destination: string): string {
  const url = new URL(destination);
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path.slice(0, path.lastIndexOf('/') + 1)}***`;
}

async function checkOne(webhook: Webhook, check: WebhookCheck): Promise<Verdict> {
  const address = masked(webhook.destination);
  if (webhook.disabled) {
    return failure(
      `Kommo has switched off the webhook to ${address}: it had too many bad answers`,
      'Let Stagepost run and be reachable, then open the webhook in Kommo > Settings > Integrations > Web hooks and save it again.',
    );
  }
  const lacking = WEBHOOK_SETTINGS.filter((name) => !webhook.settings.includes(name));
  if (lacking.length === 0) return ok(`Kommo reports to ${address}`);
  if (!check.fix) {
    return warning(
      `The webhook to ${address} does not report ${lacking.join(', ')}`,
      'Tick these in Kommo > Settings > Integrations > Web hooks.',
      { does: 'adds these to the webhook in Kommo', needsPublicUrl: false },
    );
  }
  // Whether Kommo adds to the settings or replaces them is not documented: with all of them both come to the same.
  const settings = [...webhook.settings, ...lacking];
  await check.kommo.registerWebhook(webhook.destination, settings, { signal: check.signal });
  return ok(`Kommo reports to ${address}; added ${lacking.join(', ')}`);
}

async function missing(check: WebhookCheck): Promise<Verdict> {
  const { connection, secret, publicUrl, fix, signal } = check;
  if (!fix || publicUrl === null) {
    const address = `${publicUrl ?? 'https://your-host'}/webhooks/kommo/${connection}/***`;
    return warning(
      `No webhook of Kommo reports to /webhooks/kommo/${connection}/***: unless the Digital Pipeline does, no move is heard of`,
      byHand(check),
      { does: `registers the webhook to ${address} in Kommo`, needsPublicUrl: publicUrl === null },
    );
  }
  const destination = `${publicUrl}/webhooks/kommo/${encodeURIComponent(connection)}/${encodeURIComponent(secret)}`;
  const webhook = await register(check, destination, signal);
  if (webhook.disabled) return checkOne({ ...webhook, destination }, { ...check, fix: false });
  return ok(`Registered the webhook to ${masked(destination)}`);
}

/** Where the answer was lost, Kommo is asked whether the webhook is there. */
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
  return `Add ${address} in Kommo > Settings > Integrations > Web hooks, with ${WEBHOOK_SETTINGS.join(', ')}; or as a webhook in each stage of the Digital Pipeline.`;
}

function wrongSecret({ destination }: Webhook): Verdict {
  return warning(
    `A webhook to ${masked(destination)} has another secret than kommo.webhook_secret: Stagepost refuses its reports`,
    'Remove it in Kommo > Settings > Integrations > Web hooks, or set kommo.webhook_secret to its last part.',
  );
}

function elsewhere(webhooks: Webhook[], publicUrl: string | null): Verdict[] {
  if (publicUrl === null || webhooks.some(({ destination }) => destination.startsWith(`${publicUrl}/`)))
    return [];
  return [
    warning(
      `No webhook goes to ${publicUrl}; the registered one goes to ${masked(webhooks[0]!.destination)}`,
      'If Stagepost has moved, change the address in Kommo > Settings > Integrations > Web hooks.',
    ),
  ];
}

/** Kommo's cheaper plans have no webhooks for programs, and only an administrator sees them. */
function withoutPlan(error: unknown, check: WebhookCheck): Verdict {
  const status = error instanceof DeliveryError ? error.status : null;
  const isBlock = error instanceof DeliveryError && error.failure === 'throttled';
  if ((status !== 402 && status !== 403) || isBlock) return fromError(error);
  return warning(
    `Kommo does not let the token see or register webhooks (${status}): its user is no administrator, or the plan has none`,
    `Use an administrator's token and a plan with webhooks. Or, on every plan with it, use the Digital Pipeline. ${byHand(check)}`,
  );
}
