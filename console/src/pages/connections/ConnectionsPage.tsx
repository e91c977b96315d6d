import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { checksQuery, healthQuery } from '../../api/queries.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { ConnectionCard } from './ConnectionCard.tsx';

/** Whether each connection is set up as it must be, and what to do where it is not. */
export function ConnectionsPage() {
  const { connection } = useConnection();
  const checks = useQuery(checksQuery(connection));
  const health = useQuery(healthQuery).data;
  return (
    <Stack gap="md">
      <div>
        <PageTitle>{texts.connections.title}</PageTitle>
        <Text size="sm" c="dimmed" maw={720}>
          {texts.connections.lead}
        </Text>
      </div>
      <Answered of={checks} lines={8}>
        {({ connections, publicUrl }) =>
          connections.map((each) => (
            <ConnectionCard
              key={each.connection}
              checks={each}
              health={health?.connections.find((judged) => judged.connection === each.connection)}
              publicUrl={publicUrl}
            />
          ))
        }
      </Answered>
    </Stack>
  );
}
