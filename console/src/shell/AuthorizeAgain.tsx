import { Button, Group, Text } from '@mantine/core';
import { useStart } from '../api/kommo-access.ts';
import type { KommoAccessStatus } from '../api/types.ts';
import { useRole } from '../api/useRole.ts';
import { texts } from '../texts.ts';

const labels = texts.revoked;

interface AuthorizeAgainProps {
  connection: string;
  access: Pick<KommoAccessStatus, 'integration'>;
}

/** The one button that leads to Kommo's window, for admins. */
export function AuthorizeAgain({ connection, access }: AuthorizeAgainProps) {
  const isAdmin = useRole(connection) === 'admin';
  const start = useStart(connection);
  if (!isAdmin) return <Text size="sm">{labels.onlyAdmins}</Text>;
  return (
    <>
      <Group mt="xs">
        <Button
          size="xs"
          loading={start.isPending || start.isSuccess}
          onClick={() => start.mutate(wayOf(access))}
        >
          {labels.button}
        </Button>
      </Group>
      {start.error ? (
        <Text size="sm" role="alert">
          {start.error.message}
        </Text>
      ) : null}
    </>
  );
}

/** The integration that is configured is asked again; without one, Kommo makes it anew. */
function wayOf({ integration }: AuthorizeAgainProps['access']): 'integration' | 'button' {
  return integration === null ? 'button' : 'integration';
}
