import { isIP } from 'node:net';
import type { StoredAuthorization } from '../store/connections/kommo-authorizations.ts';
import type { OwnAddresses } from './authorize-address.ts';
import type { ConfiguredAccess } from './configured-access.ts';
import { type Grant, grantState } from './grant.ts';
import type { AuthorizationFailure } from './redirect.ts';

/** The ways to give Stagepost access to a Kommo account. */
export type AccessWay = 'button' | 'integration' | 'code' | 'token';

/** How a connection or a setup stands with Kommo, for people. Has no secret. Times are unix ms. */
export interface KommoAccessStatus {
  name: string;
  of: 'setup' | 'connection';
  /** Null for a setup that has chosen no way yet. */
  kind: 'token' | 'oauth' | null;
  /**
   * `none`: nobody has granted access. `waiting`: somebody is in Kommo's window, or may go there now. `failing`: the last
   * renewal has failed, and is tried again. `revoked`: somebody must grant access again.
   */
  state: 'none' | 'waiting' | 'granted' | 'failing' | 'revoked';
  sentence: string;
  /** What a person has to do; null where there is nothing. */
  todo: string | null;
  account: { id: number; name: string | null; url: string } | null;
  grantedBy: { id: number | null; name: string | null; email: string | null } | null;
  isAdmin: boolean | null;
  rights: { what: string; isGranted: boolean; sentence: string }[];
  grantedAt: number | null;
  /** When the grant ends unless it is renewed, which Stagepost does every day. */
  until: number | null;
  integration: { clientId: string } | null;
  redirectUri: string | null;
  secretsUri: string | null;
  disconnectUri: string | null;
  ways: { way: AccessWay; isOffered: boolean; sentence: string }[];
  /** The last authorization; null where there was none within a day. */
  attempt: {
    state: 'open' | 'secrets' | 'done' | 'failed';
    code: string | null;
    sentence: string;
    at: number;
  } | null;
}

export interface StatusParts {
  name: string;
  /** Null for a setup. */
  configured: ConfiguredAccess | null;
  grant: Grant | null;
  authorization: StoredAuthorization | null;
  own: OwnAddresses | null;
  redirectUri: string | null;
  /** A simulated Kommo reaches any address. */
  isSimulated: boolean;
  now: number;
}

export function kommoAccessStatus(parts: StatusParts): KommoAccessStatus {
  const { name, configured, grant, own, now } = parts;
  const attempt = attemptOf(parts.authorization, now);
  const state = stateOf(parts, attempt?.state ?? null);
  return {
    ...{ name, of: configured ? 'connection' : 'setup', kind: configured?.kind ?? (grant ? 'oauth' : null) },
    ...{ state, ...wordsOf(parts, state) },
    account:
      grant?.origin != null && grant.accountId !== null
        ? { id: grant.accountId, name: grant.grantee?.account?.name ?? null, url: grant.origin }
        : null,
    grantedBy: grant?.grantee?.user ?? null,
    isAdmin: grant?.grantee?.isAdmin ?? null,
    rights: (grant?.grantee?.rights ?? []).map((right) => ({ ...right, sentence: rightSentence(right) })),
    ...{ grantedAt: grant?.grantedAt ?? null, until: grant?.tokens?.refreshEndsAt ?? null },
    integration: grant
      ? { clientId: grant.integration.clientId }
      : configured?.integration
        ? { clientId: configured.integration.clientId }
        : null,
    redirectUri: parts.redirectUri,
    secretsUri: own?.secretsUri ?? null,
    disconnectUri: own?.disconnectUri ?? null,
    ways: waysOf(configured, own, parts.isSimulated),
    attempt,
  };
}

function stateOf(
  { configured, grant, now }: StatusParts,
  attempt: 'open' | 'secrets' | 'done' | 'failed' | null,
): KommoAccessStatus['state'] {
  if (configured?.kind === 'token') return 'granted';
  const state = grant ? grantState(grant, now) : 'none';
  if (state === 'revoked') return 'revoked';
  if (state === 'none') return attempt === 'open' || attempt === 'secrets' || grant ? 'waiting' : 'none';
  return grant!.failures > 0 ? 'failing' : 'granted';
}

function wordsOf({ configured, grant, now }: StatusParts, state: KommoAccessStatus['state']) {
  if (configured?.kind === 'token')
    return { sentence: 'This connection signs in to Kommo with a long-lived token.', todo: null };
  if (state === 'none' || state === 'waiting')
    return {
      sentence: 'Nobody has granted access to Kommo yet.',
      todo: configured ? AUTHORIZE_AGAIN : 'Choose one of the ways below.',
    };
  if (state === 'revoked') {
    const works = grant?.tokens != null && now < grant.tokens.accessEndsAt;
    const until = works
      ? ` What was issued before works until ${minute(grant.tokens!.accessEndsAt)} at most.`
      : '';
    const reason = grant?.trouble ? ` ${grant.trouble}` : '';
    return { sentence: `Kommo no longer renews the access.${reason}${until}`, todo: AUTHORIZE_AGAIN };
  }
  if (state === 'failing')
    return {
      sentence: `The access could not be renewed the last ${grant!.failures === 1 ? 'time' : `${grant!.failures} times`}. ${grant!.trouble ?? ''} Stagepost tries again by itself.`,
      todo: null,
    };
  const missing = grant?.grantee?.rights.filter(({ isGranted }) => !isGranted) ?? [];
  return {
    sentence: `${grantorOf(grant)} has granted access. Stagepost renews it by itself.`,
    todo: missing.length > 0 ? 'Let an administrator of the Kommo account grant access instead.' : null,
  };
}

const AUTHORIZE_AGAIN =
  'Press "Authorize again", sign in to Kommo as an administrator, and allow access. Nothing is lost until then.';

function grantorOf(grant: Grant | null): string {
  const user = grant?.grantee?.user;
  if (user?.name) return user.email ? `${user.name} (${user.email})` : user.name;
  return user?.id != null ? `User ${user.id} of Kommo` : 'Somebody';
}

const RIGHTS: Record<string, [granted: string, missing: string]> = {
  deals: ['Deals can be read.', 'Deals cannot be read: nothing works.'],
  contacts: ['Contacts can be read.', 'Contacts cannot be read: there is nobody to send an email to.'],
  companies: ['Companies can be read.', 'Companies cannot be read: values such as company.name stay empty.'],
  events: [
    'The events log can be read.',
    'The events log cannot be read: a stage change whose webhook is lost goes unnoticed.',
  ],
  users: [
    'Users can be read.',
    'Users cannot be read: values such as deal.responsible_user.name stay empty.',
  ],
  webhooks: [
    'Webhooks can be read and registered.',
    'Webhooks cannot be registered: an administrator must add the webhook by hand.',
  ],
};

function rightSentence({ what, isGranted }: { what: string; isGranted: boolean }): string {
  return RIGHTS[what]?.[isGranted ? 0 : 1] ?? what;
}

function attemptOf(authorization: StoredAuthorization | null, now: number): KommoAccessStatus['attempt'] {
  if (authorization === null) return null;
  const { started_at: at, ends_at: endsAt, integration, outcome } = authorization;
  if (outcome === 'done') return { state: 'done', code: null, sentence: 'Access was granted.', at };
  if (outcome !== null)
    return { state: 'failed', code: outcome, sentence: failureSentence(outcome as AuthorizationFailure), at };
  if (endsAt <= now) return { state: 'failed', code: 'expired', sentence: failureSentence('expired'), at };
  return integration === null
    ? { state: 'open', code: null, sentence: 'Waiting for the answer in Kommo’s window.', at }
    : {
        state: 'secrets',
        code: null,
        sentence: 'Kommo has made the integration. Allow access in its window.',
        at,
      };
}

const FAILURES: Record<AuthorizationFailure, string> = {
  denied: 'Access was not allowed in Kommo’s window. Try again and press Allow.',
  expired: 'The window was open for more than ten minutes, or was used before. Begin again.',
  other_browser: 'This was begun in another browser. Begin again in this one.',
  no_secrets: 'Kommo has not sent the secrets of the integration that it made. Begin again.',
  foreign_host: 'That is not the address of a Kommo account. It looks like acme.kommo.com.',
  other_account:
    'Access was granted to another Kommo account than that of this connection. Choose the right account.',
  other_integration: 'Kommo came back with another integration than the one that was chosen. Begin again.',
  refused:
    'Kommo refuses the code. Codes work once, and for twenty minutes. Check the integration’s ID, secret key and redirect URL.',
  no_answer: 'Kommo gave no answer. Begin again in a moment.',
};

/** What has gone wrong, and what to do. */
export function failureSentence(code: AuthorizationFailure): string {
  return FAILURES[code] ?? 'The authorization has failed. Begin again.';
}

/** Which ways fit. */
export function waysOf(
  configured: ConfiguredAccess | null,
  own: OwnAddresses | null,
  isSimulated: boolean,
): KommoAccessStatus['ways'] {
  const isFile = configured?.source === 'file';
  const isOAuthInFile = isFile && configured.kind === 'oauth';
  const isHttps = own !== null && (isSimulated || own.origin.startsWith('https:'));
  const isPublic = isHttps && (isSimulated || isPublicHost(new URL(own.origin).hostname));
  const inFile = 'The access of this connection is configured in stagepost.yaml.';
  const needsAddress = 'This needs a public https:// address: start Stagepost with --public-url.';
  const way = (name: AccessWay, isPossible: boolean, why: string, sentence: string) => {
    return { way: name, isOffered: isPossible, sentence: isPossible ? sentence : why };
  };
  return [
    way(
      'button',
      isPublic && !isFile,
      isFile ? inFile : needsAddress,
      'Kommo’s own window opens, an administrator of the account presses Allow, and Kommo makes the integration by itself.',
    ),
    way(
      'integration',
      isHttps && (!isFile || isOAuthInFile),
      isFile && !isOAuthInFile
        ? inFile
        : 'This needs an https:// address that your browser reaches: start Stagepost with --public-url.',
      'You make a private integration in Kommo, copy its ID and secret key, and allow access in Kommo’s window.',
    ),
    way(
      'code',
      !isFile || isOAuthInFile,
      inFile,
      'You make a private integration in Kommo and copy its authorization code. Stagepost needs no public address for it.',
    ),
    way(
      'token',
      !isFile,
      inFile,
      'You make a private integration in Kommo and copy one text from it. It ends on a day that you choose, at most five years later, and must be replaced before.',
    ),
  ];
}

/** Whether Kommo's servers can reach it: neither a name nor an address of a private network. */
export function isPublicHost(hostname: string): boolean {
  const name = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(name) === 4) return !/^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./.test(name);
  if (isIP(name) === 6) return !/^(?:::1?$|f[cde])/.test(name);
  return name.includes('.') && !/\.(?:local|localhost|internal|lan|home|test|invalid|example)$/.test(name);
}

const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
