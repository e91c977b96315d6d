import { Alert, Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import type { Backfill } from '../../api/types.ts';
import { backfillTexts } from '../../texts.ts';
import { refreshBackfills } from './queries.ts';

/** Confirms a plan. Events are prepared for the stages that are ticked; each has a decision of its own later. */
export function StartForm({ backfill: { id, plan, stages } }: { backfill: Backfill }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const start = useMutation({
    mutationFn: () => {
      const events = chosen.map((key) => {
        const [pipeline, stage] = key.split('/');
        return { pipeline, stage };
      });
      return post(`/api/backfills/${id}/start`, { events });
    },
    onSuccess: refreshBackfills,
  });
  if (plan === null) return null;
  const people = plan.counts.newPeople + plan.counts.updatedPeople;
  return (
    <Stack gap="sm">
      {stages.length > 0 ? <Events stages={stages} chosen={chosen} onChoose={setChosen} /> : null}
      {start.error ? (
        <Alert color="red" role="alert">
          {start.error.message}
        </Alert>
      ) : null}
      <Group justify="flex-end" gap="sm">
        <Text size="sm">{backfillTexts.startSure(people, chosen.length)}</Text>
        <Button loading={start.isPending} onClick={() => start.mutate()}>
          {backfillTexts.start(people, plan.isExact)}
        </Button>
      </Group>
    </Stack>
  );
}

interface EventsProps {
  stages: Backfill['stages'];
  chosen: string[];
  onChoose(keys: string[]): void;
}

function Events({ stages, chosen, onChoose }: EventsProps) {
  return (
    <Stack gap="xs">
      <Title order={4} fz="sm">
        {backfillTexts.eventsTitle}
      </Title>
      <Text size="sm">{backfillTexts.eventsLead}</Text>
      <Checkbox.Group value={chosen} onChange={onChoose} aria-label={backfillTexts.eventsTitle}>
        <Stack gap={6}>
          {stages.map(({ pipelineId, stageId, title, event, deals }) => (
            <Checkbox
              key={`${pipelineId}/${stageId}`}
              value={`${pipelineId}/${stageId}`}
              label={backfillTexts.eventOf(title, event, deals)}
            />
          ))}
        </Stack>
      </Checkbox.Group>
    </Stack>
  );
}
