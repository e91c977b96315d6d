import type { ConnectionConfig } from '../config/index.ts';
import { type Clients, checkedToken } from './connection.ts';
import { checkSigningKeys, checkTrack } from './customerio.ts';
import { type Finding, runCheck, type Verdict } from './finding.ts';
import { checkAccount } from './kommo.ts';
import { APP_KEY_ACCEPTED, checkReporting } from './reporting.ts';

/** The sides whose credentials are tried. */
export interface TriedSides {
  kommo: boolean;
  customerio: boolean;
}

/** Tries the credentials of a connection with three calls at most. @returns a sentence or two for each that does not work */
export async function refusedCredentials(
  config: ConnectionConfig,
  clients: Pick<Clients, 'track' | 'app'> & { kommo: Pick<Clients['kommo'], 'account'> },
  tried: TriedSides,
): Promise<string[]> {
  const { name, kommo, customerio } = config;
  const token = checkedToken({ config, nowSeconds: Math.floor(Date.now() / 1000) });
  const runs: Promise<Finding[]>[] = [];
  if (tried.kommo)
    runs.push(
      runCheck(name, 'kommo account', async (signal) => {
        const { verdicts } = await checkAccount(clients.kommo, kommo.url, token, signal);
        return verdicts;
      }),
    );
  if (tried.customerio) {
    runs.push(runCheck(name, 'customer.io track', () => checkTrack(clients.track, customerio)));
    runs.push(runCheck(name, 'customer.io app key', () => checkAppKey(config, clients.app)));
  }
  const findings = (await Promise.all(runs)).flat();
  // No call shows a wrong signing key, so that its form is all there is to refuse.
  const signing = tried.customerio
    ? checkSigningKeys(customerio).filter(({ status }) => status === 'warning')
    : [];
  return [...findings.filter(({ status }) => status === 'failure'), ...signing].map(({ message, todo }) =>
    [message, todo].filter(Boolean).join('. '),
  );
}

/** A reporting webhook that is missing does not make the key wrong. */
async function checkAppKey(config: ConnectionConfig, app: Clients['app']): Promise<Verdict[]> {
  const verdicts = await checkReporting(app, config);
  return verdicts.some(({ message }) => message === APP_KEY_ACCEPTED) ? [] : verdicts;
}
