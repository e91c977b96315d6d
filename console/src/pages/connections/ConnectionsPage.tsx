import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { checksQuery, connectionsQuery, healthQuery } from '../../api/queries.ts';
import { useIsAdminOfAll } from '../../api/useRole.ts';
import { PlusIcon } from '../../parts/icons.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { ConnectionCard } from './ConnectionCard.tsx';
import { ConnectionList } from './ConnectionList.tsx';
import { UnreadableConnections } from './UnreadableConnections.tsx';

/** The cards of more connections than these are no overview. */
const MAX_CARDS = 8;

/** Whether each connection is set up as it must be, and what to do where it is not. */
export function ConnectionsPage() {
  const { connection } = useConnection();
  const { connections: listed = [], unreadable = [] } = useQuery(connectionsQuery).data ?? {};
  const isList = connection === undefined && listed.length > MAX_CARDS;
  const checks = useQuery({ ...checksQuery(connection), enabled: !isList });
  const health = useQuery(healthQuery).data;
  const mayAdd = useIsAdminOfAll();
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="xs">
        <div>
          <PageTitle>{texts.connections.title}</PageTitle>
          <Text size="sm" c="dimmed" maw={720}>
            {texts.connections.lead}
          </Text>
        </div>
        {mayAdd ? (
          <Button
            size="xs"
            leftSection={<PlusIcon size={14} />}
            renderRoot={(props) => <Link to="/connections/add" {...props} />}
          >
            {texts.connections.add}
          </Button>
        ) : null}
      </Group>
      {connection === undefined ? <UnreadableConnections connections={unreadable} /> : null}
      {isList ? (
        <ConnectionList connections={listed} />
      ) : (
        <Answered of={checks} lines={8}>
          {({ connections, publicUrl }) =>
            connections.map((each) => (
              <ConnectionCard
                key={each.connection}
                checks={each}
                listed={listed.find((other) => other.connection === each.connection)}
                health={health?.connections.find((judged) => judged.connection === each.connection)}
                publicUrl={publicUrl}
              />
            ))
          }
        </Answered>
      )}
    </Stack>
  );
}
