import { Anchor, Stack, Text, Title } from '@mantine/core';
import type { RulesStep } from '../../api/types.ts';
import { Light, type Tone } from '../../parts/Light.tsx';
import { setupTexts } from '../../texts.ts';
import classes from './setup.module.css';

type SentEvent = RulesStep['events'][number];

const labels = setupTexts.events;

const TONES: Record<SentEvent['status'], Tone> = {
  running: 'good',
  idle: 'warning',
  none: 'warning',
  unknown: 'nothing',
};

/** So many campaigns of one event are linked. */
const MAX_LINKS = 3;

/** Which campaign of Customer.io starts from each event of the rules, and what to do where none does. */
export function EventList({ events }: { events: readonly SentEvent[] }) {
  if (events.length === 0) return null;
  return (
    <Stack component="section" gap={4} aria-label={labels.title}>
      <Title order={3} fz="md">
        {labels.title}
      </Title>
      <ul className={classes.findings}>
        {events.map((sent) => (
          <li key={sent.event} className={classes.finding}>
            <Light tone={TONES[sent.status]} />
            <div className="wrap">
              <Text size="sm">{sent.sentence ?? labels.unknown(sent.event)}</Text>
              <Text size="sm" c="dimmed">
                {sent.todo} <Links campaigns={sent.campaigns} />
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function Links({ campaigns }: Pick<SentEvent, 'campaigns'>) {
  return campaigns.slice(0, MAX_LINKS).map(({ name, url }) =>
    url === null ? null : (
      <Anchor key={url} inherit href={url} target="_blank" rel="noreferrer" mr="xs">
        {name}
      </Anchor>
    ),
  );
}
