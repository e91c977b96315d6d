import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Subject } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { texts } from '../../texts.ts';

const words = texts.subject;

const TONES = { running: 'waiting', stopped: 'good', fired: 'nothing' } as const;

/** The inactivity clocks that run or have run. */
export function Watches({ watches }: Pick<Subject, 'watches'>) {
  return (
    <Stack className="card" p="md" gap="xs" component="section" aria-label={words.watches}>
      <Title order={2}>{words.watches}</Title>
      {watches.map(({ id, start, unless, state, startedAt, firesAt, endedAt, stoppedBy }) => (
        <Group key={id} gap="xs" wrap="nowrap" align="baseline">
          <Light tone={TONES[state]} />
          <div>
            <Text size="sm">
              <Readable text={words.watch(start, unless)} /> · <b>{words.watchLabels[state]}</b>
            </Text>
            <Text size="sm" c="dimmed">
              {words.started} <Ago at={startedAt} />
              {state === 'running' ? (
                <>
                  , {words.runsOut} <Ago at={firesAt} />
                </>
              ) : endedAt === null ? null : (
                <>
                  , {words.ended} <Ago at={endedAt} />
                </>
              )}
              {stoppedBy === null ? null : (
                <>
                  {' · '}
                  <Anchor
                    size="sm"
                    renderRoot={(props) => (
                      <Link to="/activity/$id" params={{ id: String(stoppedBy) }} {...props} />
                    )}
                  >
                    {words.seeEvent}
                  </Anchor>
                </>
              )}
            </Text>
          </div>
        </Group>
      ))}
    </Stack>
  );
}
