/** Why an authorization has failed. Stored, so a code keeps its meaning. */
export type AuthorizationFailure =
  | 'denied'
  | 'expired'
  | 'other_browser'
  | 'no_secrets'
  | 'foreign_host'
  | 'other_account'
  | 'other_integration'
  | 'refused'
  | 'no_answer';

export type Redirected =
  | { ok: true; name: string }
  /** @property name null where the state is unknown. @property detail Kommo's words */
  | { ok: false; name: string | null; code: AuthorizationFailure; detail: string | null };

/** What Kommo appends to the redirect URL; also when it calls it itself after an installation, then without a state. */
export interface RedirectQuery {
  code: string | null;
  state: string | null;
  error: string | null;
  /** The host of the account. */
  referer: string | null;
  clientId: string | null;
}

export function failed(
  name: string | null,
  code: AuthorizationFailure,
  detail: string | null = null,
): Redirected & { ok: false } {
  return { ok: false, name, code, detail };
}
