import { Code, Stack, Text, Title } from '@mantine/core';
import type { Rules } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import { Does } from './Does.tsx';
import { durationText } from './duration-text.ts';
import classes from './rules.module.css';

const labels = texts.rules;

export function Inactivity({ inactivity }: Pick<Rules, 'inactivity'>) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.inactivity} id="inactivity">
      <Title order={2}>{labels.inactivity}</Title>
      {inactivity.length === 0 ? <Text size="sm">{labels.noInactivity}</Text> : null}
      {inactivity.map(({ start, afterSeconds, unless, event, task }) => (
        <Stack key={`${start} ${event}`} className={`card ${classes.part}`} gap={4}>
          <Text size="sm">{labels.inactivitySummary(start, durationText(afterSeconds), unless)}</Text>
          <Text size="sm">
            {labels.sends} <Code>{event}</Code>
          </Text>
          <Text size="sm" component="div">
            <Does note={null} task={task} />
          </Text>
        </Stack>
      ))}
    </Stack>
  );
}
