import ipaddr from 'ipaddr.js';

/**
 * The network that an address is counted as when sign-in attempts are limited: an IPv4 address by itself, an IPv6 address
 * by its first 64 bits. An internet connection gets at least that many, so its owner has 2^64 addresses (RFC 6177, RFC 4291).
 * @returns the text itself where it is no address
 */
export function networkOf(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') return address.toString();
  const first = (address as ipaddr.IPv6).parts.slice(0, 4);
  return `${first.map((part) => part.toString(16)).join(':')}::/64`;
}
