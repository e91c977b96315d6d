import { z } from 'zod';
import { accessAnswer, ms, ok, userName } from '../common-schemas.ts';
import type { Route } from '../route.ts';

export const password = z
  .string()
  .min(10, 'needs 10 characters or more')
  .max(200, 'may have 200 characters at most');

/**
 * The secret behind `#` of a one-time address `/setup#SECRET`: printed by `stagepost serve` while there is no user,
 * or made for a user by an admin. It is behind `#` so that no server or proxy ever logs it.
 */
export const setupBody = z.strictObject({
  link: z.string().min(1).max(200),
  /** For the first admin; a link that was made for a user has its name already. */
  name: userName.optional(),
  password,
});

export const sessionBody = z.strictObject({ name: z.string().max(200), password: z.string().max(500) });

/** The signed-in user or token. */
export const session = z.object({
  name: z.string(),
  ...accessAnswer,
  /** Whether users and tokens may be changed. */
  managesPeople: z.boolean(),
  /** How they have proved it. `folder`: by the token in the data folder's lock file, as the commands do. */
  by: z.enum(['session', 'token', 'folder']),
  /** When the session ends if nothing is asked any more, ms; null for tokens. */
  until: ms.nullable(),
  /** Started by `stagepost demo`: both sides are simulated. */
  demo: z.boolean(),
});
export type Session = z.output<typeof session>;

/** Anybody may send these bodies, in bytes: names and passwords are short. */
const BODY_LIMIT = 16_000;

export const signInRoutes = {
  setUp: {
    method: 'POST',
    path: '/api/setup',
    role: 'anyone',
    scope: 'none',
    audit: 'password_set',
    tag: 'sign-in',
    summary: 'Sets a name and password with a one-time link, and signs in',
    body: setupBody,
    bodyLimit: BODY_LIMIT,
    answer: session,
    cookie: true,
  },
  signIn: {
    method: 'POST',
    path: '/api/session',
    role: 'anyone',
    scope: 'none',
    audit: 'sign_in',
    tag: 'sign-in',
    summary: 'Signs in; 401 for a wrong name or password, 429 with Retry-After after too many',
    body: sessionBody,
    bodyLimit: BODY_LIMIT,
    answer: session,
    cookie: true,
  },
  whoAmI: {
    method: 'GET',
    path: '/api/session',
    role: 'viewer',
    scope: 'none',
    audit: null,
    tag: 'sign-in',
    summary: 'The signed-in user or token; 401 without a sign-in',
    answer: session,
  },
  signOut: {
    method: 'DELETE',
    path: '/api/session',
    role: 'viewer',
    scope: 'none',
    audit: 'sign_out',
    tag: 'sign-in',
    summary: 'Ends the session',
    answer: ok,
    cookie: true,
  },
} as const satisfies Record<string, Route>;
