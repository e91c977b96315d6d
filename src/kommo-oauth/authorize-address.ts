/** What Kommo shows of us in its window. */
const NAME = 'Stagepost';
const DESCRIPTION = 'Sends deals to Customer.io, and shows on the deal what clients do with their emails.';
const SCOPES = ['crm', 'notifications'];

/** The paths that Kommo calls, or leads browsers to. */
export const OAUTH_PATHS = {
  redirect: '/oauth/kommo',
  secrets: '/oauth/kommo/secrets',
  disconnected: '/oauth/kommo/disconnected',
  logo: '/logo.png',
} as const;

/** Where Kommo finds this Stagepost. */
export interface OwnAddresses {
  /** The origin of this Stagepost, as browsers and Kommo reach it. */
  origin: string;
  redirectUri: string;
  secretsUri: string;
  /** Called by Kommo when somebody withdraws access; it goes into the form of an integration that is made by hand. */
  disconnectUri: string;
  logo: string;
}

/** @param publicUrl without a slash at its end */
export function ownAddresses(publicUrl: string): OwnAddresses {
  return {
    origin: new URL(publicUrl).origin,
    redirectUri: publicUrl + OAUTH_PATHS.redirect,
    secretsUri: publicUrl + OAUTH_PATHS.secrets,
    disconnectUri: publicUrl + OAUTH_PATHS.disconnected,
    logo: publicUrl + OAUTH_PATHS.logo,
  };
}

/**
 * The window of an integration that exists (Kommo docs: OAuth).
 * @param authorizeOrigin `https://www.kommo.com`
 */
export function integrationWindow(authorizeOrigin: string, clientId: string, state: string): string {
  // `post_message`: Kommo comes back in the window that was opened, which may be a tab. `popup` needs an opener.
  return `${authorizeOrigin}/oauth?${new URLSearchParams({ client_id: clientId, state, mode: 'post_message' })}`;
}

/**
 * The window (Kommo docs: button with metadata) in which Kommo makes a private integration in the chosen account, sends us its secrets, and asks for access: what
 * Kommo's own button opens, whose script the console's content security policy forbids.
 */
export function buttonWindow(authorizeOrigin: string, own: OwnAddresses, state: string): string {
  const query = new URLSearchParams({
    ...{ state, mode: 'post_message', origin: own.origin, name: NAME, description: DESCRIPTION },
    ...{ redirect_uri: own.redirectUri, secrets_uri: own.secretsUri, logo: own.logo },
  });
  for (const scope of SCOPES) query.append('scopes[]', scope);
  return `${authorizeOrigin}/oauth/?${query}`;
}
