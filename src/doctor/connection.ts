import type { ConnectionConfig } from '../config/index.ts';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { KommoClient } from '../kommo/index.ts';
import { checkSigningKeys, checkTrack } from './customerio.ts';
import { checkFields, fieldsToSet } from './fields.ts';
import { type Finding, ok, runCheck, skipped, type Verdict } from './finding.ts';
import { checkAccount, checkNames, checkRights } from './kommo.ts';
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
    | 'companies'
    | 'notesOf'
    | 'tasksOf'
    | 'dealMoves'
    | 'webhooks'
    | 'registerWebhook'
    | 'createDealField'
  >;
  track: Pick<TrackClient, 'region'>;
  app: Pick<AppClient, 'reportingWebhooks'> | null;
}

export interface ConnectionCheck {
  config: ConnectionConfig;
  clients: Clients;
  /** Whether missing fields may be created and the webhook registered. */
  fix: boolean;
  publicUrl: string | null;
  nowSeconds: number;
}

/** Runs all checks of one connection, those of both sides at the same time. One that fails does not stop the others. */
export async function checkConnection(check: ConnectionCheck): Promise<Finding[]> {
  const [kommo, customerio] = await Promise.all([checkKommo(check), checkCustomerio(check)]);
  return [...kommo, ...customerio];
}

/** The checks whose findings Stagepost can fix. */
export const FIXABLE = ['kommo fields', 'kommo webhook'] as const;
export type Fixable = (typeof FIXABLE)[number];

/** Repeats one check and fixes what it finds: creates missing fields, or registers the webhook. */
export function fix(name: Fixable, check: ConnectionCheck): Promise<Finding[]> {
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
    const result = await checkAccount(kommo, config.kommo.url, signal);
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
  return [...account, ...rights, ...names, ...fields, ...webhook];
}

function checkDealFields(
  { clients: { kommo }, config, fix }: ConnectionCheck,
  { dealFields }: Catalog,
  signal: AbortSignal,
): Promise<Verdict[]> {
  return checkFields({ kommo, connection: config, dealFields, fix, signal });
}

function checkKommoWebhook({ clients, config, fix, publicUrl }: ConnectionCheck, signal: AbortSignal) {
  const secret = config.kommo.webhookSecret.reveal();
  return checkWebhook({ kommo: clients.kommo, connection: config.name, secret, fix, publicUrl, signal });
}

const NOT_ACCEPTED = skipped('Not checked, because Kommo cannot be used: see above');

async function checkCustomerio({ config, clients, publicUrl }: ConnectionCheck): Promise<Finding[]> {
  const { name, customerio } = config;
  const [track, keys, reporting] = await Promise.all([
    runCheck(name, 'customer.io track', () => checkTrack(clients.track, customerio.region)),
    runCheck(name, 'customer.io signing key', () => checkSigningKeys(customerio)),
    checkReports(config, clients.app, publicUrl),
  ]);
  return [...track, ...keys, ...reporting];
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
