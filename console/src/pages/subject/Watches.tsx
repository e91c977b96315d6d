import { Group, Stack, Text, Title } from '@mantine/core';
import type { Subject } from '../../api/types.ts';
import { moment } from '../../languages/locale.ts';
import { Ago } from '../../parts/Ago.tsx';
import { EventLink } from '../../parts/EventLink.tsx';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { subjectTexts, texts } from '../../texts.ts';

const labels = texts.subject;

const TONES = { running: 'pending', stopped: 'done', fired: 'nothing' } as const;

/** The inactivity clocks that run or have run. */
export function Watches({ watches }: Pick<Subject, 'watches'>) {
  return (
    <Stack className="card" p="md" gap="xs" component="section" aria-label={labels.watches}>
      <Title order={2}>{labels.watches}</Title>
      {watches.map(({ id, start, unless, state, startedAt, firesAt, endedAt, stoppedBy }) => (
        <Group key={id} gap="xs" wrap="nowrap" align="baseline">
          <Light tone={TONES[state]} />
          <div>
            <Text size="sm">
              <Readable text={labels.watch(start, unless)} /> · <b>{labels.watchLabels[state]}</b>
            </Text>
            <Text size="sm" c="dimmed">
              {labels.started} <Ago at={startedAt} />
              {state === 'running' ? (
                <>
                  , {subjectTexts.runsOut(moment(firesAt))} (<Ago at={firesAt} />)
                </>
              ) : endedAt === null ? null : (
                <>
                  , {labels.ended} <Ago at={endedAt} />
                </>
              )}
              {stoppedBy === null ? null : (
                <>
                  {' · '}
                  <EventLink event={stoppedBy}>{labels.seeEvent}</EventLink>
                </>
              )}
            </Text>
          </div>
        </Group>
      ))}
    </Stack>
  );
}
