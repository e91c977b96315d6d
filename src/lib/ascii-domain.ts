import { domainToASCII } from 'node:url';

/** RFC 1035: a name has at most 253 characters. Longer texts are refused before the conversion, which is not linear. */
const MAX_LENGTH = 253;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * A domain in lower case and in ASCII (IDNA: `münchen.de` becomes `xn--mnchen-3ya.de`), so that both spellings are equal.
 * @returns null where mail cannot be sent to it: no dot, an IP address, an empty label or a label over 63 characters
 */
export function asciiDomain(domain: string): string | null {
  if (domain.length > MAX_LENGTH) return null;
  const ascii = domainToASCII(domain).toLowerCase();
  if (ascii.length > MAX_LENGTH) return null;
  const labels = ascii.split('.');
  const hasTopLevel = labels.length > 1 && !/^\d+$/.test(labels.at(-1)!);
  return hasTopLevel && labels.every((label) => LABEL.test(label)) ? ascii : null;
}
