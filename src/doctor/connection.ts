import type { ConnectionConfig } from '../config/index.ts';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { KommoClient } from '../kommo/index.ts';
import type { TriggerEvidence } from '../store/events/trigger-evidence.ts';
import { checkCampaigns } from './campaigns.ts';
import { checkSigningKeys, checkTrack } from './customerio.ts';
import { emailEventVerdicts } from './email-events.ts';
import { checkFields, fieldsToSet } from './fields.ts';
import { type Finding, ok, runCheck, skipped, type Verdict } from './finding.ts';
import { fixReporting } from './fix-reporting.ts';
import { checkIds } from './ids.ts';
import { type CheckedToken, checkAccount, checkNames, checkRights } from './kommo.ts';
import { checkPhones } from './phones.ts';
import { APP_KEY_ACCEPTED, checkReporting } from './reporting.ts';
import { checkWebhook } from './webhook.ts';

/** The part of the API clients that the checks use. */
export interface Clients {
  kommo: Pick<
    KommoClient,
    | 'account'
    | 'catalog'
    | 'users'
    | 'deals'
    | 'contacts'
    | 'contactsPage'
    | 'companies'
    | 'notesOf'
    | 'tasksOf'
    | 'dealMoves'
    | 'webhooks'
    | 'registerWebhook'
    | 'createDealField'
  >;
  track: Pick<TrackClient, 'region'>;
  app: Pick<
    AppClient,
    | 'reportingWebhooks'
    | 'createReportingWebhook'
    | 'updateReportingWebhook'
    | 'attributesOfMany'
    | 'campaigns'
  > | null;
}

export interface ConnectionCheck {
  config: ConnectionConfig;
  clients: Clients;
  /** Whether missing fields may be created and the webhook registered. */
  fix: boolean;
  publicUrl: string | null;
  nowSeconds: number;
  /** All connections of the configuration, to recognise the token of another one. */
  others?: readonly ConnectionConfig[];
  /** What was seen of the connection's reports; missing where there is no database to ask. */
  emailEvents?: () => Promise<TriggerEvidence>;
}

/** Runs all checks of one connection, those of both sides at the same time. One that fails does not stop the others. */
export async function checkConnection(check: ConnectionCheck): Promise<Finding[]> {
  const [kommo, customerio] = await Promise.all([checkKommo(check), checkCustomerio(check)]);
  return [...kommo, ...customerio];
}

/** The checks whose findings Stagepost can fix. */
export const FIXABLE = ['kommo fields', 'kommo webhook', 'customer.io reports'] as const;
export type Fixable = (typeof FIXABLE)[number];

/** Repeats one check and fixes what it finds: creates missing fields, or registers or corrects a webhook. */
export function fix(name: Fixable, check: ConnectionCheck): Promise<Finding[]> {
  if (name === 'customer.io reports') return fixReports(check);
  return runCheck(check.config.name, name, async (signal) =>
    name === 'kommo webhook'
      ? checkKommoWebhook(check, signal)
      : checkDealFields(check, await check.clients.kommo.catalog({ signal }), signal),
  );
}

async function checkKommo(check: ConnectionCheck): Promise<Finding[]> {
  const { config, clients, nowSeconds } = check;
  const { kommo } = clients;
  let isOpen = false;
  let catalog: Catalog | null = null;
  const ifAccepted = (name: string, run: (signal: AbortSignal) => Verdict[] | Promise<Verdict[]>) =>
    runCheck(config.name, name, (signal) => (isOpen ? run(signal) : [NOT_ACCEPTED]));

  const account = await runCheck(config.name, 'kommo account', async (signal) => {
    const result = await checkAccount(kommo, config.kommo.url, checkedToken(check), signal);
    isOpen = result.isOpen;
    return result.verdicts;
  });
  const rights = await ifAccepted('kommo rights', (signal) => checkRights(kommo, nowSeconds, signal));
  const names = await ifAccepted('kommo names', async (signal) => {
    catalog = await kommo.catalog({ signal });
    return checkNames(config, catalog);
  });
  const fields = await ifAccepted('kommo fields', (signal) => {
    if (fieldsToSet(config).length === 0) return [ok('No reaction sets a field')];
    if (catalog === null) return [skipped('kommo fields not checked: the fields of Kommo could not be read')];
    return checkDealFields(check, catalog, signal);
  });
  const webhook = await ifAccepted('kommo webhook', (signal) => checkKommoWebhook(check, signal));
  const { person } = config;
  const ids =
    person.identifyBy === 'contact_id'
      ? await ifAccepted('customer.io ids', (signal) => checkIds({ kommo, app: clients.app, person, signal }))
      : [];
  return [...account, ...rights, ...names, ...fields, ...webhook, ...ids];
}

/** Null where access is granted by OAuth: there is no token that somebody has copied. */
export function checkedToken({
  config,
  others = [],
  nowSeconds,
}: Pick<ConnectionCheck, 'config' | 'others' | 'nowSeconds'>): CheckedToken | null {
  const token = longLivedTokenOf(config);
  if (token === null) return null;
  return {
    token,
    others: others.flatMap((other) => {
      const token = other.name === config.name ? null : longLivedTokenOf(other);
      return token === null ? [] : [{ name: other.name, token }];
    }),
    now: nowSeconds * 1000,
  };
}

function longLivedTokenOf({ kommo: { access } }: ConnectionConfig): string | null {
  return access.kind === 'token' ? access.token.reveal() : null;
}

function checkDealFields(
  { clients: { kommo }, config, fix }: ConnectionCheck,
  { dealFields }: Catalog,
  signal: AbortSignal,
): Promise<Verdict[]> {
  return checkFields({ kommo, connection: config, dealFields, fix, signal });
}

function checkKommoWebhook({ clients, config, fix, publicUrl }: ConnectionCheck, signal: AbortSignal) {
  const { webhookSecret, changes, pollEverySeconds } = config.kommo;
  return checkWebhook({
    kommo: clients.kommo,
    connection: config.name,
    secret: webhookSecret.reveal(),
    pollEverySeconds: changes === 'polling' ? pollEverySeconds : null,
    fix,
    publicUrl,
    signal,
  });
}

const NOT_ACCEPTED = skipped('Not checked, because Kommo cannot be used: see above');

async function checkCustomerio(check: ConnectionCheck): Promise<Finding[]> {
  const { config, clients, publicUrl, emailEvents } = check;
  const { name, customerio } = config;
  const [track, keys, reporting, campaigns] = await Promise.all([
    runCheck(name, 'customer.io track', () => checkTrack(clients.track, customerio)),
    runCheck(name, 'customer.io signing key', () => checkSigningKeys(customerio)),
    check.fix ? fixReports(check) : checkReports(config, clients.app, publicUrl),
    runCheck(name, 'customer.io campaigns', () => checkCampaigns(clients.app, config)),
  ]);
  const phones = checkPhones(config);
  const found = phones.length === 0 ? [] : await runCheck(name, 'customer.io phones', () => phones);
  const seen = emailEvents
    ? await runCheck(name, 'customer.io email events', async () => emailEventVerdicts(await emailEvents()))
    : [];
  return [...track, ...keys, ...reporting, ...campaigns, ...found, ...seen];
}

/** Makes or corrects the reporting webhook, where the public address and an App API key are there. */
async function fixReports({
  config,
  clients: { app },
  publicUrl,
}: Pick<ConnectionCheck, 'config' | 'clients' | 'publicUrl'>): Promise<Finding[]> {
  if (app === null || publicUrl === null) return checkReports(config, app, publicUrl);
  const fixed = await runCheck(config.name, 'customer.io reports', () =>
    fixReporting(app, config, publicUrl),
  );
  const found = await checkReports(config, app, publicUrl);
  return fixed.length > 0
    ? [...found.filter(({ check }) => check !== 'customer.io reports'), ...fixed]
    : found;
}

/** The App API key is a finding of its own: one that is accepted says nothing of the webhook. */
async function checkReports(
  config: ConnectionConfig,
  app: Clients['app'],
  publicUrl: string | null,
): Promise<Finding[]> {
  const findings = await runCheck(config.name, 'customer.io reports', () =>
    checkReporting(app, config, publicUrl),
  );
  return findings.map((finding) =>
    finding.message === APP_KEY_ACCEPTED ? { ...finding, check: 'customer.io app key' } : finding,
  );
}
