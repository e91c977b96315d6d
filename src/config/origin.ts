/** The origin of a base URL (`https://acme.kommo.com`), or the error. */
export function readOrigin(text: string): { origin: string } | { message: string; hint?: string } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    return { message: 'must be an origin that starts with https://', hint: EXAMPLE };
  }
  if (url.username || url.password) return { message: 'must not contain a user name or password' };
  if (url.pathname !== '/' || url.search || url.hash) {
    return { message: 'must be an origin only: no path, query or fragment', hint: EXAMPLE };
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { message: 'must start with https://', hint: 'http:// is for addresses of this machine only.' };
  }
  return { origin: url.origin };
}

const EXAMPLE = 'Write it as https://acme.kommo.com.';

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.[\d.]+$/.test(host)
  );
}

/** The origin of a Kommo account. The hosts that all accounts share do not serve an account's API. */
export function readAccountOrigin(text: string): ReturnType<typeof readOrigin> {
  const found = readOrigin(text);
  if ('message' in found) return found;
  if (!/^(?:www\.)?(?:kommo|amocrm)\.[a-z]+$/.test(new URL(found.origin).hostname)) return found;
  return {
    message: 'is not the address of an account',
    hint: 'Write the address you see in the browser when you work in Kommo, such as https://acme.kommo.com.',
  };
}
