import { Group, Text } from '@mantine/core';
import type { Answer } from '../api/types.ts';
import { texts } from '../texts.ts';
import { Ago } from './Ago.tsx';
import classes from './AnswerCard.module.css';
import { EventLink } from './EventLink.tsx';
import { Light } from './Light.tsx';
import { Readable } from './Readable.tsx';

const labels = texts.subject;

interface AnswerCardProps {
  answer: Answer;
  /** With a link to the event that it is about. */
  withLink?: boolean;
}

/** "Why did this client get no email?" in a sentence or two, in the colour of the client's state. */
export function AnswerCard({ answer: { text, tone, event, at }, withLink = false }: AnswerCardProps) {
  return (
    <section className={classes.answer} data-tone={tone} aria-label={labels.answer}>
      <Group gap="sm" wrap="nowrap" align="baseline">
        <Light tone={tone === 'waiting' ? 'pending' : tone} size={11} />
        <div className="wrap">
          <Text fw={500}>
            <Readable text={text} />
          </Text>
          <Text size="sm" c="dimmed">
            {at === null ? null : <Ago at={at} />}
            {event === null || !withLink ? null : (
              <>
                {at === null ? null : ' · '}
                <EventLink event={event}>{labels.seeEvent}</EventLink>
              </>
            )}
          </Text>
        </div>
      </Group>
    </section>
  );
}
