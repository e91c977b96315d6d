import type { Generated } from 'kysely';
import type { Millis } from './common.ts';

/** A person who may sign in to the console. */
export interface UserRow {
  id: Generated<number>;
  name: string;
  /** The name in lower case, since names ignore case. */
  name_key: string;
  role: 'viewer' | 'editor' | 'admin';
  /** Null until the user has set a password through the one-time link. */
  password_hash: string | null;
  created_at: Millis;
  /** The names of the connections that the role is limited to; null: all. */
  connections: string[] | null;
  /** By the name of the connection, where these have different roles; `role` is then the lowest of them. */
  roles: Record<string, 'viewer' | 'editor' | 'admin'> | null;
  last_seen_at: Millis | null;
}

/** A signed-in browser. `hash` is that of the cookie. */
export interface SessionRow {
  hash: string;
  user_id: number;
  created_at: Millis;
  seen_at: Millis;
}

/** A token for scripts. */
export interface TokenRow {
  id: Generated<number>;
  name: string;
  role: UserRow['role'];
  hash: string;
  /** The first characters of the token, to recognise it by. */
  begins: string;
  created_at: Millis;
  created_by: string;
  last_used_at: Millis | null;
  /** The user who made it; null where the commands did, and for tokens from before version 016 of the tables. */
  user_id: number | null;
  /** The names of the connections that it is limited to; null: all. */
  connections: string[] | null;
  /** As `UserRow.roles`. */
  roles: UserRow['roles'];
  /** Null: it never expires. */
  expires_at: Millis | null;
  /** Whether it may add, change and remove users and tokens. */
  manages_people: Generated<boolean>;
}

/** A one-time link. Without a user it creates the first admin. */
export interface SetupLinkRow {
  hash: string;
  user_id: number | null;
  created_at: Millis;
  /** The user's role when it was made; null for the first admin. */
  role: UserRow['role'] | null;
  expires_at: Generated<Millis>;
}

export interface AuditRow {
  id: Generated<number>;
  at: Millis;
  who: string;
  what: string;
  detail: string;
  address: string | null;
  /** `user`, `token`, `folder`, `nobody` or `system`; null in entries of before, which hold a name only. */
  who_kind: string | null;
  /** The id of the user or token. */
  who_id: number | null;
  /** The connection that it is about. */
  connection: string | null;
  /** How often it happened. */
  count: Generated<number>;
}
