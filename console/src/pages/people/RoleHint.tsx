import { Text } from '@mantine/core';
import { texts } from '../../texts.ts';

const labels = texts.people;

/** What each role may do, for those who choose one. */
export function RoleHint() {
  return (
    <Text size="xs" c="dimmed">
      {Object.entries(labels.roles)
        .map(([role, may]) => `${role}: ${may}`)
        .join('; ')}
    </Text>
  );
}
