import { Code, Stack, Text, Title } from '@mantine/core';
import type { Rules } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import { Does } from './Does.tsx';
import { durationText } from './duration-text.ts';
import classes from './rules.module.css';

const words = texts.rules;

export function Inactivity({ inactivity }: Pick<Rules, 'inactivity'>) {
  return (
    <Stack gap="sm" component="section" aria-label={words.inactivity} id="inactivity">
      <Title order={2}>{words.inactivity}</Title>
      {inactivity.length === 0 ? <Text size="sm">{words.noInactivity}</Text> : null}
      {inactivity.map(({ start, afterSeconds, unless, event, task }) => (
        <Stack key={`${start} ${event}`} className={`card ${classes.part}`} gap={4}>
          <Text size="sm">{words.inactivitySummary(start, durationText(afterSeconds), unless)}</Text>
          <Text size="sm">
            {words.sends} <Code>{event}</Code>
          </Text>
          <Text size="sm" component="div">
            <Does note={null} task={task} />
          </Text>
        </Stack>
      ))}
    </Stack>
  );
}
