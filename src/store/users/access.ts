import { sql } from 'kysely';
import { json } from '../database/database.ts';

export type Role = 'viewer' | 'editor' | 'admin';

/** Roles by the name of the connection that each is for. */
export type ConnectionRoles = ReadonlyMap<string, Role>;

/** What somebody may do, and where: one role for all connections, or a role for each of some. */
export interface Access {
  /** For all connections; with `roles`, the highest of these. */
  role: Role;
  /** Null: `role` is for all connections, also for those that are added later. */
  roles: ConnectionRoles | null;
}

const RANKS: Record<Role, number> = { viewer: 0, editor: 1, admin: 2 };

/** Whether `role` includes `needed`. */
export function includesRole(role: Role, needed: Role): boolean {
  return RANKS[role] >= RANKS[needed];
}

const higherOf = (a: Role, b: Role) => (includesRole(a, b) ? a : b);
const lowerOf = (a: Role, b: Role) => (includesRole(a, b) ? b : a);

export function accessToAll(role: Role): Access {
  return { role, roles: null };
}

/** @param withoutAny the role that is kept of somebody who has no connection, in case that they get one again */
export function accessTo(roles: ConnectionRoles, withoutAny: Role = 'viewer'): Access {
  return { role: roles.size === 0 ? withoutAny : [...roles.values()].reduce(higherOf), roles };
}

/** The same role for each of these connections; null: for all. */
export function accessAs(role: Role, connections: readonly string[] | null): Access {
  if (connections === null) return accessToAll(role);
  return accessTo(new Map(connections.map((name) => [name, role])), role);
}

/** The lowest role of somebody: what they may do wherever they may do anything. */
export function lowestRole({ role, roles }: Access): Role {
  return [...(roles?.values() ?? [])].reduce(lowerOf, role);
}

/** The role for a connection; null where somebody may not even see it. */
export function roleFor({ role, roles }: Access, connection: string): Role | null {
  return roles === null ? role : (roles.get(connection) ?? null);
}

/** The connections for which somebody has the role `needed`; null: all of them. */
export function connectionsWith({ role, roles }: Access, needed: Role): string[] | null {
  if (roles === null) return includesRole(role, needed) ? null : [];
  return [...roles].filter(([, own]) => includesRole(own, needed)).map(([name]) => name);
}

/** What both allow. */
export function intersectionOf(a: Access, b: Access): Access {
  const withoutAny = lowerOf(a.role, b.role);
  const names = [...(a.roles ?? b.roles ?? new Map()).keys()];
  if (a.roles === null && b.roles === null) return accessToAll(withoutAny);
  const shared = names.flatMap((name) => {
    const [one, other] = [roleFor(a, name), roleFor(b, name)];
    return one && other ? [[name, lowerOf(one, other)] as const] : [];
  });
  return accessTo(new Map(shared), withoutAny);
}

/** Whether `outer` allows all that `inner` does. */
export function includesAccess(outer: Access, inner: Access): boolean {
  if (inner.roles === null) return outer.roles === null && includesRole(outer.role, inner.role);
  return [...inner.roles].every(([name, role]) => {
    const own = roleFor(outer, name);
    return own !== null && includesRole(own, role);
  });
}

/** Whether somebody is an admin of every connection that is in `access`, and of all where that is for all. */
export function isAdminOf(manager: Access, access: Access): boolean {
  const managed = connectionsWith(manager, 'admin');
  if (managed === null) return true;
  return access.roles !== null && [...access.roles.keys()].every((name) => managed.includes(name));
}

/** `editor`, `viewer of acme, beta`, `admin of acme, viewer of beta` */
export function accessText({ role, roles }: Access): string {
  if (roles === null) return role;
  if (roles.size === 0) return `${role} of no connection`;
  const byRole = Map.groupBy(roles, ([, own]) => own);
  return [...byRole].map(([own, list]) => `${own} of ${list.map(([name]) => name).join(', ')}`).join(', ');
}

/** An access as columns of `users` and `tokens`. */
export interface AccessColumns {
  /**
   * The role for all of `connections`; where they have different ones, the lowest: an older version, which may run on
   * the same database until its turn to be upgraded, does not know `roles`.
   */
  role: Role;
  /** Null: all. */
  connections: readonly string[] | null;
  /** By the name of the connection; null where one role is for all of them. */
  roles: Readonly<Record<string, Role>> | null;
}

/** `roles` counts only where it agrees with the other columns: an older version may have changed those since. */
export function storedAccess({ role, connections, roles }: AccessColumns): Access {
  if (connections === null) return accessToAll(role);
  const own = new Map(Object.entries(roles ?? {}));
  const access = accessTo(new Map(connections.map((name) => [name, own.get(name) ?? role])), role);
  const agrees = own.size === access.roles!.size && connections.every((name) => own.has(name));
  return agrees && lowestRole(access) === role ? access : accessAs(role, connections);
}

/** The values of the columns. SQL's null, not JSON's, stands for all connections, and for one role. */
export function accessValues(access: Access) {
  const { roles } = access;
  const [first, ...others] = roles?.values() ?? [];
  const isMixed = others.some((role) => role !== first);
  return {
    role: lowestRole(access),
    connections: roles === null ? sql`null::jsonb` : json([...roles.keys()]),
    roles: isMixed ? json(Object.fromEntries(roles!)) : sql`null::jsonb`,
  };
}
