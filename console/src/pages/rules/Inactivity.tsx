import { Code, Stack, Text, Title } from '@mantine/core';
import type { Coverage, Rules } from '../../api/types.ts';
import { ruleTexts, texts } from '../../texts.ts';
import { Starts } from './coverage/Starts.tsx';
import { Does } from './Does.tsx';
import { durationText } from './duration-text.ts';
import classes from './rules.module.css';

const labels = texts.rules;
const clockTexts = ruleTexts.clocks;

interface InactivityProps extends Pick<Rules, 'inactivity'> {
  /** Missing while it is asked for. */
  coverage: Coverage | undefined;
}

export function Inactivity({ inactivity, coverage }: InactivityProps) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.inactivity} id="inactivity">
      <Title order={2}>{labels.inactivity}</Title>
      {inactivity.length === 0 ? <Text size="sm">{labels.noInactivity}</Text> : null}
      {inactivity.map(({ start, afterSeconds, unless, event, task, stopWhen }) => (
        <Stack key={`${start} ${event}`} className={`card ${classes.part}`} gap={4}>
          <Text size="sm">{labels.inactivitySummary(start, durationText(afterSeconds), unless)}</Text>
          {stopWhen.length > 0 ? (
            <Text size="sm" c="dimmed">
              {clockTexts.stopWhen}{' '}
              {stopWhen.map((condition) => clockTexts.stopWhenLabels[condition]).join(', ')}
            </Text>
          ) : null}
          <Text size="sm">
            {labels.sends} <Code>{event}</Code>
          </Text>
          <Text size="sm" component="div">
            <Starts event={event} coverage={coverage} />
          </Text>
          <Text size="sm" component="div">
            <Does note={null} task={task} />
          </Text>
        </Stack>
      ))}
    </Stack>
  );
}
