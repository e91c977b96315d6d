import { type Access, accessToAll, connectionsWith, type Role } from '../../store/users/access.ts';
import { HttpError } from '../http-error.ts';

/** The connections for which the sender of a request has the role that the route requires. */
export interface ConnectionScope {
  /** In the order in which they were added. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /**
   * The connection of this name, or all of them where a request names none.
   * @throws HttpError 403 where the sender sees the connection, but in a lower role; 404 for any other name, whether the
   * connection does not exist or is only hidden from the sender
   */
  select(name: string | undefined): string[];
}

/**
 * Every route gets its connections from here, so that none answers for a connection that was removed, or for which its
 * sender has no role, or a lower one than the route requires.
 * @param existing the names of all connections
 * @param sender null where nobody has to sign in
 */
export function connectionScope(
  existing: readonly string[],
  sender: (Access & { name: string }) | null,
  needed: Role = 'viewer',
): ConnectionScope {
  const access = sender ?? accessToAll(needed);
  const names = within(existing, connectionsWith(access, needed));
  return {
    names,
    has: (name) => names.includes(name),
    select(name) {
      if (name === undefined) return names;
      if (names.includes(name)) return [name];
      const visible = within(existing, connectionsWith(access, 'viewer'));
      if (!visible.includes(name)) throw new HttpError(404, unknownConnection(visible));
      throw new HttpError(403, `This needs the role "${needed}" for ${name}. ${roleText(sender!, name)}`);
    },
  };
}

function within(existing: readonly string[], allowed: readonly string[] | null): string[] {
  return existing.filter((name) => allowed === null || allowed.includes(name));
}

function roleText({ name: sender, role, roles }: Access & { name: string }, connection: string): string {
  return `${sender} has "${roles?.get(connection) ?? role}" for it.`;
}

function unknownConnection(names: readonly string[]): string {
  if (names.length === 0) return 'There is no connection of this name.';
  return `There is no connection of this name. There are: ${names.join(', ')}.`;
}
