import { queryOptions } from '@tanstack/react-query';
import { get, patch, post, remove } from '../../../api/client.ts';
import { queryClient } from '../../../api/queries.ts';
import type { Draft, JudgedCases, RuleCases } from '../../../api/types.ts';
import type { On } from '../edit/try/Choose.tsx';

export const casesQuery = (connection: string) =>
  queryOptions({
    queryKey: ['rule-cases', connection],
    queryFn: ({ signal }) => get<RuleCases>('/api/rules/cases', { connection }, signal),
    placeholderData: undefined,
  });

/** What the test cases come to by a draft. */
export const judgedQuery = (connection: string, draft: Draft) =>
  queryOptions({
    queryKey: ['rule-cases-judged', connection, draft],
    queryFn: ({ signal }) => post<JudgedCases>('/api/rules/cases/judge', { connection, draft }, signal),
    placeholderData: undefined,
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

export async function saveCase(connection: string, name: string, on: On): Promise<void> {
  await post('/api/rules/cases', { connection, name, on });
  forgetCases();
}

export async function changeCase(
  connection: string,
  id: number,
  change: { name: string } | { expect: Draft },
): Promise<void> {
  await patch(`/api/rules/cases/${id}`, { connection, ...change });
  forgetCases();
}

export async function deleteCase(connection: string, id: number): Promise<void> {
  await remove(`/api/rules/cases/${id}?${new URLSearchParams({ connection })}`);
  forgetCases();
}

function forgetCases(): void {
  for (const key of ['rule-cases', 'rule-cases-judged'])
    void queryClient.invalidateQueries({ queryKey: [key] });
}
