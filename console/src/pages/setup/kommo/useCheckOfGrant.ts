import { useEffect } from 'react';
import type { KommoAccessStatus, Setup } from '../../../api/types.ts';
import { useAnswer } from '../queries.ts';

/** Has the account checked as soon as somebody has granted access, which happens outside of this page. */
export function useCheckOfGrant({ name, kommo }: Setup, { kind, state, grantedAt }: KommoAccessStatus): void {
  const { mutate, isPending, isError } = useAnswer<Record<string, never>>(name, 'kommo');
  const isNew =
    kind === 'oauth' &&
    state === 'granted' &&
    grantedAt !== null &&
    (kommo.checkedAt === null || kommo.checkedAt < grantedAt);
  useEffect(() => {
    if (isNew && !isPending && !isError) mutate({});
  }, [isNew, isPending, isError, mutate]);
}
