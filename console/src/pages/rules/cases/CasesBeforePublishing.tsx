import { Alert, Checkbox, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { JudgedCases } from '../../../api/types.ts';
import { caseTexts as labels } from '../../../texts.ts';
import { DifferentCases } from './JudgedCase.tsx';

interface CasesBeforePublishingProps {
  judged: UseQueryResult<JudgedCases>;
  isAccepted: boolean;
  onAccept(isAccepted: boolean): void;
}

/** Whether the test cases come out as expected; where some do not, how, and a tick to publish all the same. */
export function CasesBeforePublishing({ judged, isAccepted, onAccept }: CasesBeforePublishingProps) {
  const { data, error } = judged;
  if (error) return <Alert color="yellow">{error.message}</Alert>;
  if (!data)
    return (
      <Text size="sm" role="status">
        {labels.judging}
      </Text>
    );
  if (data.cases.length === 0) return null;
  const others = data.cases.filter(({ result }) => result !== 'same');
  const head = labels.head(data.cases.length, others.length);
  if (others.length === 0)
    return (
      <Text size="sm" role="status">
        {head}
      </Text>
    );
  return (
    <Stack gap="sm">
      <Text fw={600} size="sm" role="status">
        {head}
      </Text>
      <DifferentCases cases={data.cases} />
      {others.length > SHOWN ? <Text size="sm">{labels.tooMany}</Text> : null}
      <Checkbox
        label={labels.acceptAll}
        description={labels.acceptAllHint}
        checked={isAccepted}
        onChange={(event) => onAccept(event.currentTarget.checked)}
      />
    </Stack>
  );
}

/** The server sends no more decisions. */
const SHOWN = 20;
