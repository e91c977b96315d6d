import { Alert, Anchor, Badge, Group, Text } from '@mantine/core';
import type { ShownConnection } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { connectionTexts } from '../../texts.ts';
import { ChangesLine } from './ChangesLine.tsx';

/** Which account and workspace a connection joins, where it is kept, and what it shares with others. */
export function ConnectionFacts({ listed }: { listed: ShownConnection }) {
  const { source, pausedSince, kommo, customerio } = listed;
  return (
    <>
      <Group gap="xs" mt={4}>
        <Text size="sm">
          <Anchor inherit href={kommo.url} target="_blank" rel="noreferrer">
            {kommo.account ?? new URL(kommo.url).host}
          </Anchor>{' '}
          → {connectionTexts.workspace(customerio.workspaceId)}
        </Text>
        <Badge variant="light" color="gray" tt="none" title={connectionTexts.sourceHint[source]}>
          {connectionTexts.source[source]}
        </Badge>
        {pausedSince === null ? null : (
          <Badge variant="filled" color="gray" tt="none">
            {connectionTexts.pausedSince} <Ago at={pausedSince} />
          </Badge>
        )}
      </Group>
      <ChangesLine listed={listed} />
      {kommo.sharedWith.length > 0 ? (
        <Alert color="red" mt="sm" py="xs">
          {connectionTexts.sharesKommo(kommo.sharedWith)}
        </Alert>
      ) : null}
      {customerio.sharedWith.length > 0 ? (
        <Alert color="yellow" mt="sm" py="xs">
          {connectionTexts.sharesWorkspace(customerio.sharedWith)}
        </Alert>
      ) : null}
    </>
  );
}
