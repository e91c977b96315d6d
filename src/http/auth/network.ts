import { isIPv6 } from 'node:net';

/**
 * Whom an address stands for when tries are counted: an IPv4 address for itself, an IPv6 address for its first 64 bits.
 * One connection to the internet gets at least that many, so whoever has one has 2^64 addresses (RFC 6177, RFC 4291).
 */
export function networkOf(address: string): string {
  const plain = address.split('%')[0]!.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(plain)) return address;
  const [before = [], after = []] = plain.split('::').map(groupsOf);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  const first = [...before, ...zeros, ...after].slice(0, 4);
  return `${first.map((group) => group.toString(16)).join(':')}::/64`;
}

/** Two groups for an IPv4 address at the end. */
function groupsOf(text: string): number[] {
  return text
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => (group.includes('.') ? [0, 0] : [Number.parseInt(group, 16)]));
}
