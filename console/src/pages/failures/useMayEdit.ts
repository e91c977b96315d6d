import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../../api/queries.ts';

/** Whether who is signed in may replay and discard. The server checks it again. */
export function useMayEdit(): boolean {
  const role = useQuery(sessionQuery).data?.role;
  return role === 'editor' || role === 'admin';
}
