import { z } from 'zod';
import { id, idParams, ms, ok, queryNumber, role, userName } from '../common-schemas.ts';
import type { Route } from '../route.ts';

export const user = z.object({
  id,
  name: z.string(),
  role,
  createdAt: ms,
  /** With a precision of about ten minutes; null: never. */
  lastSeenAt: ms.nullable(),
  /** False until the user has set a password through the one-time link. */
  hasPassword: z.boolean(),
});
export type User = z.output<typeof user>;
export const users = z.object({ users: z.array(user) });
export const userBody = z.strictObject({ name: userName, role });
export const userChange = z.strictObject({ role });
/** `link` is a one-time path where the user sets a password; prepend the origin. It is shown only once. */
export const invited = z.object({ user, link: z.string() });

export const token = z.object({
  id,
  name: z.string(),
  role,
  createdAt: ms,
  createdBy: z.string(),
  lastUsedAt: ms.nullable(),
  /** The first characters of the token, to recognise it by. */
  begins: z.string(),
});
export type Token = z.output<typeof token>;
export const tokens = z.object({ tokens: z.array(token) });
export const tokenBody = z.strictObject({ name: userName, role });
/** `secret` is the token itself; shown once. */
export const madeToken = z.object({ token, secret: z.string() });

export const auditEntry = z.object({
  id,
  at: ms,
  /** A user's or token's name, or "the commands" for the data folder's token. */
  who: z.string(),
  /** `sign_in`, `replay`, `discard`, `user_added`, ... */
  what: z.string(),
  /** A text for people: which user, how many dead letters, the reason. */
  detail: z.string(),
  address: z.string().nullable(),
});
export type AuditEntry = z.output<typeof auditEntry>;
/** `next` is the `before` of the next page, or null. */
export const audit = z.object({ entries: z.array(auditEntry), next: id.nullable() });

export const peopleRoutes = {
  users: {
    method: 'GET',
    path: '/api/users',
    role: 'admin',
    scope: 'filtered',
    audit: null,
    tag: 'sign-in',
    summary: 'The users',
    answer: users,
  },
  addUser: {
    method: 'POST',
    path: '/api/users',
    role: 'admin',
    scope: 'filtered',
    audit: 'user_added',
    tag: 'sign-in',
    summary: 'Adds a user; returns a one-time link for setting the password',
    body: userBody,
    answer: invited,
  },
  changeUser: {
    method: 'PATCH',
    path: '/api/users/:id',
    role: 'admin',
    scope: 'filtered',
    audit: 'role_changed',
    tag: 'sign-in',
    summary: "Changes a user's role",
    params: idParams,
    body: userChange,
    answer: user,
  },
  linkForUser: {
    method: 'POST',
    path: '/api/users/:id/link',
    role: 'admin',
    scope: 'filtered',
    audit: 'link_made',
    tag: 'sign-in',
    summary: 'A new one-time link, for a user who has forgotten the password',
    params: idParams,
    answer: invited,
  },
  removeUser: {
    method: 'DELETE',
    path: '/api/users/:id',
    role: 'admin',
    scope: 'filtered',
    audit: 'user_removed',
    tag: 'sign-in',
    summary: 'Removes a user and ends their sessions',
    params: idParams,
    answer: ok,
  },
  tokens: {
    method: 'GET',
    path: '/api/tokens',
    role: 'admin',
    scope: 'filtered',
    audit: null,
    tag: 'sign-in',
    summary: 'The tokens for scripts, without the secrets',
    answer: tokens,
  },
  addToken: {
    method: 'POST',
    path: '/api/tokens',
    role: 'admin',
    scope: 'filtered',
    audit: 'token_added',
    tag: 'sign-in',
    summary: 'Creates a token for scripts: `Authorization: Bearer …`',
    body: tokenBody,
    answer: madeToken,
  },
  removeToken: {
    method: 'DELETE',
    path: '/api/tokens/:id',
    role: 'admin',
    scope: 'filtered',
    audit: 'token_removed',
    tag: 'sign-in',
    summary: 'Revokes a token',
    params: idParams,
    answer: ok,
  },
  audit: {
    method: 'GET',
    path: '/api/audit',
    role: 'admin',
    scope: 'filtered',
    audit: null,
    tag: 'sign-in',
    summary: 'Who changed, replayed or discarded what; newest first, 100 a page',
    query: z.strictObject({ before: queryNumber.optional() }),
    answer: audit,
  },
} as const satisfies Record<string, Route>;
