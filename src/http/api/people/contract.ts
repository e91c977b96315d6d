import { z } from 'zod';
import { id, ms } from '../contract-shared.ts';

/** A viewer reads. An editor also replays and discards. An admin also manages users and tokens. */
export const role = z.enum(['viewer', 'editor', 'admin']);
export type Role = z.output<typeof role>;

export const userName = z.string().trim().min(1).max(80);
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

/** Who asks. */
export const session = z.object({
  name: z.string(),
  role,
  /** How they have proved it. `folder`: by the token in the data folder's lock file, as the commands do. */
  by: z.enum(['session', 'token', 'folder']),
  /** When the session ends if nothing is asked any more, ms; null for tokens. */
  until: ms.nullable(),
  /** Started by `stagepost demo`: both sides are simulated. */
  demo: z.boolean(),
});
export type Session = z.output<typeof session>;

export const ok = z.object({ ok: z.literal(true) });

export const user = z.object({
  id,
  name: z.string(),
  role,
  createdAt: ms,
  /** Null: never. To about ten minutes. */
  lastSeenAt: ms.nullable(),
  /** False until the one-time link was used. */
  hasPassword: z.boolean(),
});
export type User = z.output<typeof user>;
export const users = z.object({ users: z.array(user) });
export const userBody = z.strictObject({ name: userName, role });
export const userChange = z.strictObject({ role });
/** `link` is an address with which the user sets a password; shown once. It is a path: put the origin before it. */
export const invited = z.object({ user, link: z.string() });

export const token = z.object({
  id,
  name: z.string(),
  role,
  createdAt: ms,
  createdBy: z.string(),
  lastUsedAt: ms.nullable(),
  /** Its first letters, to tell it from others. */
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
  /** In words: which user, how many dead letters, the reason. */
  detail: z.string(),
  address: z.string().nullable(),
});
export type AuditEntry = z.output<typeof auditEntry>;
/** `next` is the `before` of the next page, or null. */
export const audit = z.object({ entries: z.array(auditEntry), next: id.nullable() });
