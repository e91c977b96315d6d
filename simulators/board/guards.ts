import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Longest form, in bytes. */
const LONGEST = 64_000;

/**
 * Whether a request names this machine or a machine of a private network: an address, `localhost`, or a name without a dot, as
 * containers have. A page of the internet can make its own name lead here, and would read the board with it.
 */
export function isFriendlyHost(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(name) > 0 || /^[a-z\d-]+$/i.test(name) || name.endsWith('.localhost');
}

/** Whether a form was sent by a page of the board, or by no page at all, such as curl. */
export function isOwnPage({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (typeof site === 'string' && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** The fields of a form; null where it is too long. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
