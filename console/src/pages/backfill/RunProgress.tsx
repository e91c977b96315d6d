import { Progress, Stack, Text } from '@mantine/core';
import type { Backfill } from '../../api/types.ts';
import { backfillTexts } from '../../texts.ts';

/** How far the run is, how fast it goes, and the time that is left. */
export function RunProgress({
  backfill: { done, plan, perSecond, secondsLeft },
  isMoving,
}: {
  backfill: Backfill;
  isMoving: boolean;
}) {
  const total = Math.max(plan?.deals ?? 0, done);
  const parts = [
    backfillTexts.progress(done, total),
    ...(perSecond === null || !isMoving ? [] : [backfillTexts.rate(perSecond)]),
    ...(secondsLeft === null || !isMoving ? [] : [backfillTexts.left(backfillTexts.span(secondsLeft))]),
  ];
  return (
    <Stack gap={6}>
      <Progress.Root size="lg">
        <Progress.Section
          value={total === 0 ? 0 : (100 * done) / total}
          color={isMoving ? 'teal' : 'gray.5'}
          aria-label={backfillTexts.progressLabel}
        />
      </Progress.Root>
      <Text size="sm" className="number" aria-live="polite">
        {parts.join(' · ')}
      </Text>
    </Stack>
  );
}
