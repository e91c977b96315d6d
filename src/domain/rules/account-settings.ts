/** The settings of the account that filters depend on. */
export interface AccountSettings {
  timezone: string;
  /** ISO 3166, two letters; null where it is not known. */
  country: string | null;
}

/** Where a scope carries the settings: no text can name a symbol. */
export const ACCOUNT = Symbol('account');

const NONE: AccountSettings = { timezone: 'UTC', country: null };

/** The settings that a scope carries; UTC and no country where it has none. */
export function accountOfScope(scope: object): AccountSettings {
  return (scope as { [ACCOUNT]?: AccountSettings })[ACCOUNT] ?? NONE;
}
