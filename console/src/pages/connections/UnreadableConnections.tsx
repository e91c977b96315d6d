import { Stack, Text, Title } from '@mantine/core';
import type { UnreadableConnection } from '../../api/types.ts';
import { Light } from '../../parts/Light.tsx';
import { Readable } from '../../parts/Readable.tsx';
import { connectionTexts } from '../../texts.ts';
import classes from './ConnectionCard.module.css';

/** Connections of the database that the server cannot use, each with the reason and what to do. */
export function UnreadableConnections({ connections }: { connections: UnreadableConnection[] }) {
  if (connections.length === 0) return null;
  return (
    <section className={`card ${classes.card}`} aria-label={connectionTexts.unreadable.title}>
      <Title order={2}>{connectionTexts.unreadable.title}</Title>
      <Text size="sm" c="dimmed">
        {connectionTexts.unreadable.lead}
      </Text>
      <ul className={classes.findings}>
        {connections.map(({ connection, reason, todo, runsAsBefore }) => (
          <li key={connection} className={classes.finding}>
            <Light tone={runsAsBefore ? 'waiting' : 'bad'} />
            <Stack gap={2} className="wrap">
              <Text size="sm" fw={600}>
                {runsAsBefore
                  ? connectionTexts.unreadable.changed(connection)
                  : connectionTexts.unreadable.stopped(connection)}
              </Text>
              <Text size="sm">
                <Readable text={reason} />
              </Text>
              <Text size="sm" c="dimmed">
                <Readable text={todo} />
              </Text>
            </Stack>
          </li>
        ))}
      </ul>
    </section>
  );
}
