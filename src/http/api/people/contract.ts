import { z } from 'zod';
import {
  accessAnswer,
  connections,
  count,
  id,
  idParams,
  ms,
  ok,
  queryNumber,
  role,
  roles,
  tokenName,
  userName,
} from '../common-schemas.ts';
import type { Route } from '../route.ts';

export const user = z.object({
  id,
  name: z.string(),
  ...accessAnswer,
  createdAt: ms,
  /** With a precision of about ten minutes; null: never. */
  lastSeenAt: ms.nullable(),
  /** False until the user has set a password through the one-time link. */
  hasPassword: z.boolean(),
  /** The one-time link that can still be used; null where there is none. */
  link: z.object({ expiresAt: ms }).nullable(),
});
export type User = z.output<typeof user>;
/** An admin of some connections sees the users whose connections are all among these. */
export const users = z.object({ users: z.array(user) });
/** Either `role`, with `connections` where it is not for all of them, or `roles`. */
const accessBody = { role: role.optional(), connections: connections.optional(), roles: roles.optional() };
export type AccessBody = z.output<z.ZodObject<typeof accessBody>>;
const isOneWay = ({ role, connections, roles }: AccessBody) =>
  roles === undefined || (role === undefined && connections === undefined);
const ONE_WAY = { message: 'give either role and connections, or roles', path: ['roles'] };
const isGiven = ({ role, roles }: AccessBody) => role !== undefined || roles !== undefined;
const GIVEN = { message: 'needs a role, or roles', path: ['role'] };

export const userBody = z
  .strictObject({ name: userName, ...accessBody })
  .refine(isOneWay, ONE_WAY)
  .refine(isGiven, GIVEN);
/** What is left out stays. */
export const userChange = z.strictObject(accessBody).refine(isOneWay, ONE_WAY);
/** `link` is a one-time path where the user sets a password; prepend the origin. It is shown only once. */
export const invited = z.object({ user, link: z.string() });

export const token = z.object({
  id,
  name: z.string(),
  /** What the token may do now: what it was made for, and no more than its maker may. */
  ...accessAnswer,
  createdAt: ms,
  createdBy: z.string(),
  /** `unknown`: made before Stagepost kept the maker, by somebody who is no user now. Such a token is bound to nobody. */
  maker: z.enum(['user', 'commands', 'unknown']),
  lastUsedAt: ms.nullable(),
  /** Null: it never expires. */
  expiresAt: ms.nullable(),
  /** Whether it may change users and tokens. */
  managesPeople: z.boolean(),
  /** The first characters of the token, to recognise it by. */
  begins: z.string(),
});
export type Token = z.output<typeof token>;
export const tokens = z.object({ tokens: z.array(token) });
const MAX_DAYS = 3_650;
export const tokenBody = z
  .strictObject({
    name: tokenName,
    ...accessBody,
    /** Null: it never expires. */
    expiresInDays: z.int().min(1).max(MAX_DAYS).nullable().default(365),
    managesPeople: z.boolean().default(false),
  })
  .refine(isOneWay, ONE_WAY)
  .refine(isGiven, GIVEN);
/** `secret` is the token itself; shown once. */
export const madeToken = z.object({ token, secret: z.string() });

export const auditEntry = z.object({
  id,
  at: ms,
  /** The name of a user, `token NAME`, or "the commands" for whoever can read the data folder. */
  who: z.string(),
  /** What `who` is the name of; null in entries that older versions have stored. */
  kind: z.enum(['user', 'token', 'folder', 'nobody', 'system']).nullable(),
  /** The id of the user or token. */
  actorId: id.nullable(),
  /** `sign_in`, `replay`, `discard`, `user_added`, ... */
  what: z.string(),
  /** A text for people: which user, which dead letters, the reason. */
  detail: z.string(),
  /** The connection that it is about. */
  connection: z.string().nullable(),
  address: z.string().nullable(),
  /** How often it happened: refused requests of one source and minute are one entry. */
  count,
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
    managesPeople: true,
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
    managesPeople: true,
    tag: 'sign-in',
    summary: "Changes a user's role, or roles for connections; ends their open one-time link",
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
    managesPeople: true,
    tag: 'sign-in',
    summary: 'A new one-time link, for a user who has forgotten the password or lost the invitation',
    params: idParams,
    answer: invited,
  },
  endLink: {
    method: 'DELETE',
    path: '/api/users/:id/link',
    role: 'admin',
    scope: 'filtered',
    audit: 'link_ended',
    managesPeople: true,
    tag: 'sign-in',
    summary: "Takes a user's one-time link back",
    params: idParams,
    answer: user,
  },
  removeUser: {
    method: 'DELETE',
    path: '/api/users/:id',
    role: 'admin',
    scope: 'filtered',
    audit: 'user_removed',
    managesPeople: true,
    tag: 'sign-in',
    summary: 'Removes a user with their sessions, links and tokens',
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
    managesPeople: true,
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
    managesPeople: true,
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
