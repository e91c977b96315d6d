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

/** The origin of Customer.io's own pages, by region. Seen in use (2026); not documented. */
export const PAGE_HOSTS: Record<Region, string> = {
  us: 'https://fly.customer.io',
  eu: 'https://eu.fly.customer.io',
};

/** The origin to call: the configured one, else the region's. @throws Error where the configured one is not a URL */
export function originOf(
  hosts: Record<Region, string>,
  region: Region,
  override: string | undefined,
): string {
  const text = override?.trim() ?? '';
  if (text === '') return hosts[region];
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(
      `"${text}" is not an origin. Write one such as https://track.customer.io, or leave it empty.`,
    );
  }
  return url.origin;
}
