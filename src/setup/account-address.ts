/** Kommo docs: accounts are at `<subdomain>.kommo.com`; older ones are at `amocrm.com` as well. */
const DOMAINS = ['kommo.com', 'amocrm.com'];
/** Subdomains that are no accounts. */
const NOT_ACCOUNTS = ['www', 'api', 'api-a', 'api-b', 'api-c', 'developers', 'support', 'id'];
/** A longer text may be a token that was pasted into the wrong field: no message quotes it. */
const MAX_LENGTH = 200;
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export type AddressResult = { ok: true; url: string } | { ok: false; sentence: string; todo: string };

/**
 * The origin of a Kommo account, however a person has written its address: `acme`, `acme.kommo.com/leads/`,
 * `https://acme.kommo.com`. Only hosts of Kommo are accepted, so that the server cannot be made to call another one.
 *
 * @param simulated an origin that is accepted as well, where Kommo is simulated
 */
export function accountAddress(text: string, simulated: string | null = null): AddressResult {
  const written = text.trim().replace(/^["'<]+|["'>]+$/g, '');
  if (written === '') return refused('The address of the account is missing.');
  if (simulated !== null && originOf(written) === simulated) return { ok: true, url: simulated };
  if (SUBDOMAIN.test(written.toLowerCase())) return accountUrl(written.toLowerCase(), DOMAINS[0]!);
  const url = urlOf(written);
  if (url === null || written.length > MAX_LENGTH)
    return refused('This is not the address of a Kommo account.');
  const host = url.hostname.replace(/\.$/, '');
  const domain = DOMAINS.find((name) => host === name || host.endsWith(`.${name}`));
  if (domain === undefined) return refused(`${host} is not an address of Kommo.`);
  const subdomain = host.slice(0, -domain.length - 1);
  if (subdomain === '' || NOT_ACCOUNTS.includes(subdomain))
    return refused(`${host} is an address of Kommo itself, and not of your account.`);
  if (!SUBDOMAIN.test(subdomain)) return refused(`${host} is not the address of an account.`);
  return accountUrl(subdomain, domain);
}

/** The name of a connection to this account: `acme` of `https://acme.kommo.com`. */
export function connectionNameOf(accountUrl: string): string {
  const host = new URL(accountUrl).hostname;
  const name = DOMAINS.some((domain) => host.endsWith(`.${domain}`)) ? host.split('.')[0]! : 'kommo';
  return name.slice(0, 63);
}

function accountUrl(subdomain: string, domain: string): AddressResult {
  if (NOT_ACCOUNTS.includes(subdomain))
    return refused(`${subdomain}.${domain} is an address of Kommo itself, and not of your account.`);
  return { ok: true, url: `https://${subdomain}.${domain}` };
}

const TODO = 'Open Kommo in your browser and copy the address from its first line: https://acme.kommo.com.';

function refused(sentence: string): AddressResult {
  return { ok: false, sentence, todo: TODO };
}

function urlOf(text: string): URL | null {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
}

function originOf(text: string): string | null {
  return urlOf(text)?.origin ?? (URL.canParse(text) ? new URL(text).origin : null);
}
