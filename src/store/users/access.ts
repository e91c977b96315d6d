import { sql } from 'kysely';
import { json } from '../database/database.ts';

export type Role = 'viewer' | 'editor' | 'admin';

/** What somebody may do, and where. */
export interface Access {
  role: Role;
  /** The names of the connections that the role is limited to; null: all. */
  connections: readonly string[] | null;
}

const RANKS: Record<Role, number> = { viewer: 0, editor: 1, admin: 2 };

/** Whether `role` includes `needed`. */
export function includesRole(role: Role, needed: Role): boolean {
  return RANKS[role] >= RANKS[needed];
}

/** The connections that are in both limits. */
export function intersectionOf(a: Access['connections'], b: Access['connections']): Access['connections'] {
  if (a === null || b === null) return a ?? b;
  return a.filter((name) => b.includes(name));
}

/** Whether all that `inner` allows is allowed by `outer`. */
export function isWithin(inner: Access['connections'], outer: Access['connections']): boolean {
  if (outer === null) return true;
  return inner?.every((name) => outer.includes(name)) ?? false;
}

/** `editor`, `viewer of acme, beta` */
export function accessText({ role, connections }: Access): string {
  if (connections === null) return role;
  return connections.length === 0 ? `${role} of no connection` : `${role} of ${connections.join(', ')}`;
}

/** A limit as a column of jsonb. SQL's null, not JSON's, stands for all connections. */
export function nullableJson(connections: Access['connections']) {
  return connections === null ? sql`null::jsonb` : json(connections);
}
