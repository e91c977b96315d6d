/** The keys of a connection, by their names in stagepost.yaml, in the order of the form. */
export const KEYS = ['token', 'site_id', 'api_key', 'app_key', 'signing_key'] as const;
export type Key = (typeof KEYS)[number];
export type Keys = Partial<Record<Key, string>>;

/** What `PATCH /api/connections/{name}` takes. */
export type KeyChange = Partial<Record<'kommo' | 'customerio', Record<string, string>>>;

/** The keys that were entered; null where there is nothing new. Only the side of a new key is checked. */
export function changeOf(entered: Keys, siteId: string): KeyChange | null {
  const filled = KEYS.flatMap((key) => {
    const value = (entered[key] ?? '').trim();
    return value === '' || (key === 'site_id' && value === siteId) ? [] : [[key, value] as const];
  });
  const kommo = filled.filter(([key]) => key === 'token');
  const customerio = filled.filter(([key]) => key !== 'token');
  if (filled.length === 0) return null;
  return {
    ...(kommo.length > 0 ? { kommo: Object.fromEntries(kommo) } : {}),
    ...(customerio.length > 0 ? { customerio: Object.fromEntries(customerio) } : {}),
  };
}
