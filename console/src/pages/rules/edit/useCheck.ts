import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { post } from '../../../api/client.ts';
import type { Checked } from '../../../api/types.ts';
import { asDraft, type Edited } from './kept-draft.ts';

/** Long enough that it is not asked at every key, short enough that the answer comes while one looks. */
const PAUSE_MS = 400;

export interface Check {
  /** What the server said last, about this draft or the one before. */
  checked: Checked | undefined;
  /** It speaks of the draft as it is now. */
  isFresh: boolean;
  error: Error | null;
  again(): void;
}

/** Asks the server about the draft whenever it has stood still for a moment. */
export function useCheck(connection: string, edited: Edited): Check {
  const [settled] = useDebouncedValue(edited, PAUSE_MS);
  const check = useQuery({
    queryKey: ['rule-check', connection, settled],
    queryFn: () => post<Checked>('/api/rules/check', { connection, draft: asDraft(settled) }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return {
    checked: check.data,
    isFresh: settled === edited && check.data !== undefined && !check.isPlaceholderData,
    error: check.error,
    again: () => void check.refetch(),
  };
}
