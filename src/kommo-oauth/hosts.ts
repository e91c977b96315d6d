/** Where Kommo is: which hosts may be asked for tokens, and whose page asks for access. */
export interface KommoHosts {
  /** The origin of the page that asks for access. */
  authorizeOrigin: string;
  /**
   * The origin of an account (or of Kommo's API) that a stranger or a person has named: `acme`, `acme.kommo.com`,
   * `https://acme.kommo.com/leads/`. Null where the host is not Kommo's: secrets are never sent to it.
   */
  originOf(named: string): string | null;
}

/** Every account, and the API hosts that tokens name (`api-b.kommo.com`), are one label below these. */
const DOMAINS = ['kommo.com', 'amocrm.com', 'amocrm.ru'];
/** Hosts that all accounts share. */
const SHARED = new Set(['www', 'developers', 'amojo', 'help', 'support', 'forum', 'push', 'drive']);
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** @param simulated origins that count as Kommo's besides its own, the first one with the page that asks for access */
export function createKommoHosts(simulated: readonly string[] = []): KommoHosts {
  const extra = new Map(simulated.map((origin) => [new URL(origin).host, new URL(origin).origin]));
  return {
    authorizeOrigin: simulated[0] === undefined ? 'https://www.kommo.com' : new URL(simulated[0]).origin,
    originOf(named) {
      const text = named.trim().toLowerCase();
      if (text.length > 300) return null;
      const host = hostOf(LABEL.test(text) && !extra.has(text) ? `${text}.kommo.com` : text);
      if (host === null) return null;
      const simulatedOrigin = extra.get(host);
      if (simulatedOrigin !== undefined) return simulatedOrigin;
      return isAccountHost(host) ? `https://${host}` : null;
    },
  };
}

function hostOf(text: string): string | null {
  const address = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.username === '' && url.password === '' ? url.host : null;
}

function isAccountHost(host: string): boolean {
  const [label, ...rest] = host.split('.');
  return DOMAINS.includes(rest.join('.')) && LABEL.test(label!) && !SHARED.has(label!);
}
