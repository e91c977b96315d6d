import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client.ts';
import { texts } from '../texts.ts';
import { useNow } from './clock.ts';
import { WarningIcon } from './icons.tsx';
import { relative } from './when.ts';

interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  isPending: boolean;
  dataUpdatedAt: number;
  refetch(): unknown;
}

/**
 * What an answer can be: under way, failed, here, or here but old. An old answer stays on the page with a word
 * that it is old: it tells more than an error.
 */
export function Answered<T>({
  of,
  children,
  lines = 4,
}: {
  of: Asked<T>;
  children(data: T): ReactNode;
  lines?: number;
}) {
  if (of.data === undefined)
    return of.error ? <Failed error={of.error} again={() => of.refetch()} /> : <Loading lines={lines} />;
  return (
    <>
      {of.error ? <Stale since={of.dataUpdatedAt} /> : null}
      {children(of.data)}
    </>
  );
}

export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <Stack gap="sm" role="status" aria-label={texts.states.loading}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={line} height={line === 0 ? 28 : 18} width={line === 0 ? '40%' : `${95 - line * 8}%`} />
      ))}
    </Stack>
  );
}

export function Failed({ error, again }: { error: Error; again(): unknown }) {
  const labels = error instanceof ApiError || error.message === texts.states.broken ? error.message : '';
  return (
    <Alert color="red" variant="light" icon={<WarningIcon />} title={texts.states.failed} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{labels}</Text>
        <Button size="xs" variant="default" onClick={() => again()}>
          {texts.states.again}
        </Button>
      </Stack>
    </Alert>
  );
}

function Stale({ since }: { since: number }) {
  const now = useNow(1_000);
  return (
    <Alert color="yellow" variant="light" mb="md" py="xs" role="status">
      {texts.states.stale(relative(since, now))}
    </Alert>
  );
}

/** Nothing is here, and why that is. */
export function Empty({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }) {
  return (
    <Stack gap={4} align="center" ta="center" py="xl" px="md">
      <Text fw={600}>{title}</Text>
      {hint ? (
        <Text size="sm" c="dimmed" maw={460}>
          {hint}
        </Text>
      ) : null}
      {action}
    </Stack>
  );
}
