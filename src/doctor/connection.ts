import type { ConnectionConfig } from '../config/index.ts';
import type { AppClient, TrackClient } from '../customerio/index.ts';
import type { Catalog } from '../domain/entities.ts';
import type { KommoClient } from '../kommo/index.ts';
import { checkSigningKeys, checkTrack } from './customerio.ts';
import { checkFields, fieldsToSet } from './fields.ts';
import { type Finding, ok, runCheck, skipped, type Verdict } from './finding.ts';
import { checkAccount, checkNames, checkRights } from './kommo.ts';
import { checkReporting } from './reporting.ts';
import { checkWebhook } from './webhook.ts';

/** What the checks use of the clients of both sides. */
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
  /** May create a missing field and register the webhook. */
  fix: boolean;
  publicUrl: string | null;
  nowSeconds: number;
}

/** All checks of one connection, each on its own. Both sides are looked at together. */
export async function checkConnection(check: ConnectionCheck): Promise<Finding[]> {
  const [kommo, customerio] = await Promise.all([checkKommo(check), checkCustomerio(check)]);
  return [...kommo, ...customerio];
}

/** The checks that Stagepost can mend something of. */
export const FIXABLE = ['kommo fields', 'kommo webhook'] as const;
export type Fixable = (typeof FIXABLE)[number];

/** One check again, mending what it finds: creates missing fields, registers the webhook. */
export function fix(name: Fixable, check: ConnectionCheck): Promise<Finding[]> {
  return runCheck(check.config.name, name, async (signal) =>
    name === 'kommo webhook'
      ? checkHook(check, signal)
      : checkDealFields(check, await check.clients.kommo.catalog({ signal }), signal),
  );
}

async function checkKommo(check: ConnectionCheck): Promise<Finding[]> {
  const { config, clients, nowSeconds } = check;
  const { kommo } = clients;
  let isOpen = false;
  let catalog: Catalog | null = null;
  const onceOpen = (name: string, run: (signal: AbortSignal) => Verdict[] | Promise<Verdict[]>) =>
    runCheck(config.name, name, (signal) => (isOpen ? run(signal) : [closed(name)]));

  const account = await runCheck(config.name, 'kommo account', async (signal) => {
    const result = await checkAccount(kommo, config.kommo.url, signal);
    isOpen = result.isOpen;
    return result.verdicts;
  });
  const rights = await onceOpen('kommo rights', (signal) => checkRights(kommo, nowSeconds, signal));
  const names = await onceOpen('kommo names', async (signal) => {
    catalog = await kommo.catalog({ signal });
    return checkNames(config, catalog);
  });
  const fields = await onceOpen('kommo fields', (signal) => {
    if (fieldsToSet(config).length === 0) return [ok('No reaction sets a field')];
    if (catalog === null) return [skipped('kommo fields not checked: the fields of Kommo could not be read')];
    return checkDealFields(check, catalog, signal);
  });
  const webhook = await onceOpen('kommo webhook', (signal) => checkHook(check, signal));
  return [...account, ...rights, ...names, ...fields, ...webhook];
}

function checkDealFields(
  { clients: { kommo }, config, fix }: ConnectionCheck,
  { dealFields }: Catalog,
  signal: AbortSignal,
): Promise<Verdict[]> {
  return checkFields({ kommo, connection: config, dealFields, fix, signal });
}

function checkHook({ clients, config, fix, publicUrl }: ConnectionCheck, signal: AbortSignal) {
  const secret = config.kommo.webhookSecret.reveal();
  return checkWebhook({ kommo: clients.kommo, connection: config.name, secret, fix, publicUrl, signal });
}

function closed(name: string): Verdict {
  return skipped(`${name} not checked: Kommo cannot be used, see above`);
}

async function checkCustomerio({ config, clients, publicUrl }: ConnectionCheck): Promise<Finding[]> {
  const { name, customerio } = config;
  const [track, keys, reporting] = await Promise.all([
    runCheck(name, 'customer.io track', () => checkTrack(clients.track, customerio.region)),
    runCheck(name, 'customer.io signing key', () => checkSigningKeys(customerio)),
    runCheck(name, 'customer.io reports', () => checkReporting(clients.app, config, publicUrl)),
  ]);
  return [...track, ...keys, ...reporting];
}
