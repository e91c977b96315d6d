import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries.ts';
import type { Role } from './types.ts';

/** The role of who is signed in; the least until it is known. The server checks it again. */
export function useRole(): Role {
  return useQuery(sessionQuery).data?.role ?? 'viewer';
}
