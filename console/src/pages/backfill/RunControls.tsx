import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { Backfill } from '../../api/types.ts';
import { AskFirst } from '../../parts/AskFirst.tsx';
import { backfillTexts } from '../../texts.ts';
import { refreshBackfills } from './queries.ts';

/** Pauses, resumes and stops a backfill, and discards a plan. */
export function RunControls({ backfill: { id, state } }: { backfill: Backfill }) {
  const change = useMutation({
    mutationFn: (what: 'pause' | 'resume' | 'stop') => post(`/api/backfills/${id}/${what}`, {}),
    onSettled: refreshBackfills,
  });
  const isRun = state === 'running' || state === 'paused';
  if (!isRun && state !== 'planned' && state !== 'planning') return null;
  return (
    <Group gap="xs">
      {change.error ? (
        <Text size="sm" c="var(--mantine-color-red-text)" role="alert">
          {change.error.message}
        </Text>
      ) : null}
      {isRun ? (
        <Button
          size="xs"
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate(state === 'paused' ? 'resume' : 'pause')}
        >
          {state === 'paused' ? backfillTexts.resume : backfillTexts.pause}
        </Button>
      ) : null}
      {isRun ? (
        <AskFirst
          size="xs"
          sure={backfillTexts.stopSure}
          doIt={backfillTexts.stop}
          onDo={() => change.mutate('stop')}
        >
          {backfillTexts.stop}
        </AskFirst>
      ) : (
        <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate('stop')}>
          {backfillTexts.discard}
        </Button>
      )}
    </Group>
  );
}
