import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries.ts';
import type { Role, Session } from './types.ts';

/**
 * The role of the signed-in user for a connection, or the highest one where none is named; the least until it is known.
 * The server checks it again.
 */
export function useRole(connection?: string | null): Role {
  const session = useQuery(sessionQuery).data;
  return session ? roleFor(session, connection) : 'viewer';
}

/** Without a connection, the highest role. */
export function roleFor({ role, roles }: Pick<Session, 'role' | 'roles'>, connection?: string | null): Role {
  return roles === null || connection == null ? role : (roles[connection] ?? 'viewer');
}

/** Whether the signed-in user is an admin of all connections, who alone may add one. */
export function useIsAdminOfAll(): boolean {
  const session = useQuery(sessionQuery).data;
  return session?.role === 'admin' && session.roles === null;
}
