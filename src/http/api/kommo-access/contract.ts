import { z } from 'zod';
import { connectionName, ms } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** The ways to give Stagepost access to a Kommo account. */
export const accessWay = z.enum(['button', 'integration', 'code', 'token']);

/** How a connection or a setup stands with Kommo. Has no secret. */
export const kommoAccessStatus = z.object({
  name: connectionName,
  of: z.enum(['setup', 'connection']),
  /** Null for a setup that has chosen no way yet. */
  kind: z.enum(['token', 'oauth']).nullable(),
  /**
   * `none`: nobody has granted access. `waiting`: somebody is in Kommo's window, or may go there now. `failing`: the last
   * renewal has failed, and is tried again. `revoked`: somebody must grant access again.
   */
  state: z.enum(['none', 'waiting', 'granted', 'failing', 'revoked']),
  sentence: z.string(),
  todo: z.string().nullable(),
  /** `name` is null until it was read, some seconds after the grant. */
  account: z.object({ id: z.int(), name: z.string().nullable(), url: z.string() }).nullable(),
  /** Null until it was read. Only an administrator's grant lets names be read. */
  grantedBy: z
    .object({ id: z.int().nullable(), name: z.string().nullable(), email: z.string().nullable() })
    .nullable(),
  isAdmin: z.boolean().nullable(),
  rights: z.array(z.object({ what: z.string(), isGranted: z.boolean(), sentence: z.string() })),
  grantedAt: ms.nullable(),
  /** When the grant ends unless Stagepost renews it, which it does twice a day. */
  until: ms.nullable(),
  integration: z.object({ clientId: z.string() }).nullable(),
  /** The three addresses for the form of an integration that is made by hand; null where the public address is not known. */
  redirectUri: z.string().nullable(),
  secretsUri: z.string().nullable(),
  disconnectUri: z.string().nullable(),
  ways: z.array(z.object({ way: accessWay, isOffered: z.boolean(), sentence: z.string() })),
  /** The last authorization; null where there was none within a day. */
  attempt: z
    .object({
      state: z.enum(['open', 'secrets', 'done', 'failed']),
      code: z.string().nullable(),
      sentence: z.string(),
      at: ms,
    })
    .nullable(),
});
/** @public */
export type KommoAccessStatus = z.output<typeof kommoAccessStatus>;

const accessParams = z.strictObject({ name: connectionName });
export const accessStart = z.strictObject({ way: z.enum(['button', 'integration']) });
/** Kommo's window, to be opened in this tab or in a new one. Kommo comes back to `/oauth/kommo` within ten minutes. */
export const accessStarted = z.object({ address: z.url(), endsAt: ms });
const credential = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,500}$/, 'must be copied whole, without spaces');
/** `account`: its address, as people write it; with it an installation in Kommo is enough, and no code need be copied. */
export const accessIntegration = z.strictObject({
  clientId: credential,
  clientSecret: credential,
  account: z.string().trim().min(1).max(300).optional(),
});
export const accessCode = z.strictObject({
  code: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,4000}$/, 'must be copied whole, without spaces'),
  account: z.string().trim().min(1).max(300),
});

export const kommoAccessRoutes = {
  kommoAccess: {
    method: 'GET',
    path: '/api/kommo-access/:name',
    role: 'viewer',
    scope: 'filtered',
    audit: null,
    tag: 'connections',
    summary:
      'Who has granted access to Kommo for a connection or setup, with which rights, and the ways to do so',
    params: accessParams,
    answer: kommoAccessStatus,
  },
  startKommoAccess: {
    method: 'POST',
    path: '/api/kommo-access/:name/start',
    role: 'admin',
    scope: 'filtered',
    audit: 'kommo_access',
    tag: 'connections',
    summary: 'The address of Kommo’s window in which somebody grants access',
    params: accessParams,
    body: accessStart,
    answer: accessStarted,
  },
  setKommoIntegration: {
    method: 'POST',
    path: '/api/kommo-access/:name/integration',
    role: 'admin',
    scope: 'filtered',
    audit: 'kommo_access',
    tag: 'connections',
    summary: 'Stores the private integration of a setup, which was made by hand in Kommo',
    params: accessParams,
    body: accessIntegration,
    answer: kommoAccessStatus,
  },
  pasteKommoCode: {
    method: 'POST',
    path: '/api/kommo-access/:name/code',
    role: 'admin',
    scope: 'filtered',
    audit: 'kommo_access',
    tag: 'connections',
    summary: 'Exchanges an authorization code that was copied from the integration’s window in Kommo',
    params: accessParams,
    body: accessCode,
    answer: kommoAccessStatus,
  },
} as const satisfies Record<string, Route>;
