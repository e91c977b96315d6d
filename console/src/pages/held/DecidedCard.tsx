import { Code, Group, Stack, Text, Title } from '@mantine/core';
import type { Hold } from '../../api/types.ts';
import { heldTexts } from '../../texts.ts';
import { Decisions } from './Decisions.tsx';
import classes from './held.module.css';
import { SendingProgress } from './SendingProgress.tsx';

/** A burst about which everything is decided. */
export function DecidedCard({ hold }: { hold: Hold }) {
  const { sent, discarded, pipeline, stage, event, connection, decisions } = hold;
  return (
    <Stack component="article" gap="xs" className={`card ${classes.hold}`}>
      <div>
        <Title order={3} fz="md">
          {heldTexts.decidedCard(sent + discarded, stage)}
        </Title>
        <Group gap={6}>
          <Text size="sm" c="dimmed">
            {connection} · {pipeline}
          </Text>
          <Code>{event}</Code>
        </Group>
      </div>
      {sent > 0 ? <SendingProgress hold={hold} /> : null}
      <Decisions decisions={decisions} discarded={discarded} />
    </Stack>
  );
}
