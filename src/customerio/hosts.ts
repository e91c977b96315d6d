export type Region = 'us' | 'eu';

/** Customer.io docs: the hosts of the two regions. An account lives in one of them. */
export const TRACK_HOSTS: Record<Region, string> = {
  us: 'https://track.customer.io',
  eu: 'https://track-eu.customer.io',
};

export const APP_HOSTS: Record<Region, string> = {
  us: 'https://api.customer.io',
  eu: 'https://api-eu.customer.io',
};

/** The origin to call: the configured one where there is one, else the region's. Throws on a URL that is none. */
export function originOf(
  hosts: Record<Region, string>,
  region: Region,
  override: string | undefined,
): string {
  const text = override?.trim() ?? '';
  if (text === '') return hosts[region];
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(`"${text}" is no origin. Give one such as https://track.customer.io, or leave it empty.`);
  }
  return url.origin;
}
