import { createAppClient, readSigningKey } from '../customerio/index.ts';
import { prepareReporting } from '../doctor/fix-reporting.ts';
import { DeliveryError } from '../domain/errors.ts';
import type { CustomerioCheck, SetupSecrets } from './answers.ts';
import { checkCustomerio } from './check-customerio.ts';
import { good, problem } from './finding.ts';
import { accountsOf, type KommoStepOptions, refuseConnected } from './kommo-answer.ts';
import { pastedSecret } from './pasted-secret.ts';
import { wantedReporting } from './reporting-webhook.ts';
import type { SetupFinding } from './schemas.ts';
import type { Draft, SetupStore } from './setup-store.ts';

/** What the step about Customer.io works with. */
export interface CustomerioStepOptions extends Pick<KommoStepOptions, 'store' | 'connections'> {
  /** The origin of a simulator in the place of all hosts of Customer.io; null: the real ones. */
  origin: string | null;
  /** Where Customer.io reaches this Stagepost; null where that is not configured. */
  publicUrl(): string | null;
  now(): number;
}

/** A key that is left out stays as it is; null removes it. */
export interface CustomerioAnswer {
  siteId?: string | undefined;
  apiKey?: string | undefined;
  appKey?: string | null | undefined;
  signingKey?: string | null | undefined;
  serviceAccountToken?: string | undefined;
  /** Makes the reporting webhook, switched off, so that its page shows the signing key. */
  prepareReporting?: true | undefined;
}

/** Stores the keys of Customer.io, and asks it for their workspace. @throws SetupError */
export async function answerCustomerio(
  options: CustomerioStepOptions,
  name: string,
  answer: CustomerioAnswer,
): Promise<void> {
  const { store, origin } = options;
  await store.change(name, (draft) => storeAnswer(draft, answer));
  const asked = await keysOf(store, name);
  const others = await accountsOf(options);
  const check = await checkCustomerio({ ...asked, origin, others, now: options.now() });
  const { serviceAccountToken: token } = answer;
  const read = token === undefined ? null : await signingKeyBy(pastedSecret(token), check, origin);
  const checked = read?.key
    ? await checkCustomerio({ ...asked, signingKey: read.key, origin, others, now: options.now() })
    : check;
  const prepared = answer.prepareReporting ? await prepareWebhook(options, name, check) : null;
  await store.change(name, ({ answers, secrets }) => {
    if (prepared?.isMade) answers.customerio.isReportingPrepared = true;
    // Somebody may have answered again meanwhile, whose check is under way.
    if (JSON.stringify(keysIn(secrets)) !== JSON.stringify(asked)) return;
    answers.customerio.siteId = check.region === null ? null : asked.siteId;
    if (read?.key) {
      secrets.signingKey = read.key;
      answers.customerio.signingKeyFrom = 'service_account';
      answers.customerio.hasSigningKey = true;
    }
    const findings = [...checked.findings, ...(read?.findings ?? []), ...(prepared?.findings ?? [])];
    answers.customerio.check = { ...checked, findings };
  });
}

function storeAnswer({ answers, secrets }: Draft, answer: CustomerioAnswer): void {
  refuseConnected(answers);
  const { customerio } = answers;
  for (const key of ['siteId', 'apiKey', 'appKey', 'signingKey'] as const)
    storeSecret(secrets, key, answer[key]);
  if (answer.signingKey !== undefined)
    customerio.signingKeyFrom = answer.signingKey === null ? null : 'pasted';
  customerio.siteId = null;
  customerio.hasSiteId = secrets.siteId !== undefined;
  customerio.hasApiKey = secrets.apiKey !== undefined;
  customerio.hasAppKey = secrets.appKey !== undefined;
  customerio.hasSigningKey = secrets.signingKey !== undefined;
  customerio.check = null;
}

function storeSecret(
  secrets: SetupSecrets,
  key: 'siteId' | 'apiKey' | 'appKey' | 'signingKey',
  pasted: string | null | undefined,
): void {
  const text = pasted == null ? pasted : pastedSecret(pasted);
  if (text === null || text === '') delete secrets[key];
  else if (text !== undefined) secrets[key] = text;
}

const keysOf = async (store: SetupStore, name: string) => keysIn((await store.open(name)).secrets);

function keysIn(secrets: SetupSecrets) {
  const { siteId = null, apiKey = null, appKey = null, signingKey = null } = secrets;
  return { siteId, apiKey, appKey, signingKey };
}

/** Reads the signing key with a service account. The token is used for this and forgotten. */
async function signingKeyBy(
  token: string,
  { region, workspace }: CustomerioCheck,
  origin: string | null,
): Promise<{ key: string | null; findings: SetupFinding[] }> {
  const field = 'serviceAccountToken';
  const refused = (sentence: string, todo: string) => ({
    key: null,
    findings: [problem('cio_service_account_refused', sentence, { field, todo })],
  });
  if (region === null || workspace === null)
    return refused(
      'The signing key belongs to a workspace, which is not known yet.',
      'Enter the Site ID and the API key first.',
    );
  if (!token.startsWith('sa_live_'))
    return refused(
      'This is not the token of a service account: those begin with sa_live_.',
      'Create one in Customer.io > Account Settings > Manage API Credentials > Service Accounts, or paste the signing key itself.',
    );
  try {
    const key = await readSigningKey({ token, region, workspace, origin });
    const sentence =
      'The signing key was read. The token of the service account was used once and is not kept.';
    return { key, findings: [good('cio_signing_key_read', sentence, { field })] };
  } catch (error) {
    const message = error instanceof DeliveryError ? error.message : 'The signing key could not be read.';
    return refused(message, 'Paste the signing key from the page of the reporting webhook instead.');
  }
}

/** Customer.io wants at least one event before the rules say which ones they need. */
const FIRST_EVENT = 'email_opened';

/** Makes the reporting webhook of the setup, switched off, with the App API key. */
async function prepareWebhook(
  { store, origin, publicUrl }: CustomerioStepOptions,
  name: string,
  { region }: CustomerioCheck,
): Promise<{ isMade: boolean; findings: SetupFinding[] }> {
  const failed = (sentence: string, todo: string) => ({
    isMade: false,
    findings: [problem('cio_reporting_not_prepared', sentence, { field: 'reporting', todo })],
  });
  const { answers, secrets } = await store.open(name);
  const reporting = wantedReporting({ name, answers, publicUrl: publicUrl(), workspaceUrl: null });
  const { endpoint } = reporting;
  if (endpoint === null)
    return failed('The public address of this Stagepost is not known.', 'Start it with --public-url first.');
  if (region === null || secrets.appKey === undefined)
    return failed('The reporting webhook is made with the App API key.', 'Enter the keys above first.');
  const needed = reporting.events.map((event) => event.name);
  const events = needed.length > 0 ? needed : [FIRST_EVENT];
  const app = createAppClient({ appKey: secrets.appKey, region, appUrl: origin ?? undefined });
  try {
    await prepareReporting(app, { name: reporting.name, endpoint, events });
  } catch (error) {
    const message = error instanceof DeliveryError ? error.message : 'It could not be made.';
    return failed(message, 'Try again, or paste the signing key from the page of another reporting webhook.');
  } finally {
    await app.close();
  }
  const sentence = `The reporting webhook ${reporting.name} is there, switched off. The last step switches it on.`;
  return { isMade: true, findings: [good('cio_reporting_prepared', sentence, { field: 'reporting' })] };
}
