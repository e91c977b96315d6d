import ipaddr from 'ipaddr.js';

/** How many first bits of an address are compared, from the narrowest network to the widest. */
const BITS = { ipv4: [32, 32, 24], ipv6: [64, 56, 48] } as const;

/** The networks that an address belongs to. */
export interface Networks {
  /** An IPv4 address, or 64 bits of IPv6: an internet connection has at least that many (RFC 6177, RFC 4291). */
  narrow: string;
  /** An IPv4 address, or 56 bits of IPv6: what a home connection often has. */
  middle: string;
  /** 24 bits of IPv4, or 48 of IPv6: what a site, or a rented server, can have. */
  wide: string;
}

/** @returns the text itself as each network where it is no address */
export function networksOf(text: string): Networks {
  if (!ipaddr.isValid(text)) return { narrow: text, middle: text, wide: text };
  const address = ipaddr.process(text);
  const [narrow, middle, wide] = BITS[address.kind()].map((bits) => prefixOf(address, bits));
  return { narrow: narrow!, middle: middle!, wide: wide! };
}

/** `203.0.113.0/24`, `2001:db8:1:2::/64`. */
function prefixOf(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number): string {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - 8 * index));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return `${ipaddr.fromByteArray(bytes)}/${bits}`;
}
