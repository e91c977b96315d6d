import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { nowQuery } from '../api/queries.ts';

/** The chosen connection (none: all of them), and all there are. */
export function useConnection(): { connection: string | undefined; names: string[] } {
  const { connection } = useSearch({ from: '/shell' });
  const names = useQuery(nowQuery).data?.connections.map(({ name }) => name) ?? [];
  return { connection, names };
}
