import {
  type Access,
  accessAs,
  accessTo,
  accessToAll,
  lowestRole,
  type Role,
} from '../../../store/users/access.ts';
import type { AccessBody } from './contract.ts';

/** An access as the API answers it. */
export function shownAccess({ role, roles }: Access): {
  role: Role;
  connections: string[] | null;
  roles: Record<string, Role> | null;
} {
  return { role, connections: roles && [...roles.keys()], roles: roles && Object.fromEntries(roles) };
}

/** The access of a new user or token. @param body valid */
export function newAccess({ role, connections = null, roles }: AccessBody): Access {
  return roles ? accessTo(new Map(Object.entries(roles))) : accessAs(role!, connections);
}

/** A user's access after a change. Of what is left out, the role that they have for each connection stays. */
export function changedAccess(before: Access, { role, connections, roles }: AccessBody): Access {
  if (roles) return newAccess({ roles });
  const names = connections === undefined ? before.roles && [...before.roles.keys()] : connections;
  if (role) return accessAs(role, names);
  // For a further connection the lowest role is no more than what they may do anywhere else.
  const added = lowestRole(before);
  if (names === null) return accessToAll(added);
  return accessTo(new Map(names.map((name) => [name, before.roles?.get(name) ?? added])), before.role);
}
