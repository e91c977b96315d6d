import { Anchor, Group, Progress, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Hold } from '../../api/types.ts';
import { heldTexts } from '../../texts.ts';

const labels = heldTexts.progress;

/** How far the sending of the released deals is. */
export function SendingProgress({ hold }: { hold: Hold }) {
  const { sent, sending, waiting, failed, ended, connection } = hold;
  const done = Math.max(0, sent - sending - waiting - failed - ended);
  const lines = [
    sending > 0 ? labels.sending(sending) : null,
    waiting > 0 ? labels.waiting(waiting) : null,
    ended > 0 ? labels.ended(ended) : null,
  ].filter((line) => line !== null);
  const share = (count: number) => (100 * count) / sent;
  return (
    <Stack gap={6}>
      <Text fw={600} size="sm" aria-live="polite" className="number">
        {labels.sent(done, sent)}
      </Text>
      {sending + waiting > 0 ? (
        <Progress.Root size="lg">
          <Progress.Section value={share(done)} color="teal" aria-label={labels.label} />
          <Progress.Section value={share(failed)} color="red" aria-label={labels.failed(failed)} />
          <Progress.Section value={share(ended)} color="gray.5" aria-label={labels.ended(ended)} />
        </Progress.Root>
      ) : null}
      {lines.length > 0 ? <Text size="sm">{lines.join(' · ')}</Text> : null}
      {failed > 0 ? (
        <Group gap="xs">
          <Text size="sm" c="var(--mantine-color-red-text)">
            {labels.failed(failed)}
          </Text>
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/failures" search={{ connection }} {...props} />}
          >
            {labels.seeFailures}
          </Anchor>
        </Group>
      ) : null}
    </Stack>
  );
}
