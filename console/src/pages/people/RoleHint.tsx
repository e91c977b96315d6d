import { Text } from '@mantine/core';
import { texts } from '../../texts.ts';

const words = texts.people;

/** What each role may do, for those who choose one. */
export function RoleHint() {
  return (
    <Text size="xs" c="dimmed">
      {Object.entries(words.roles)
        .map(([role, may]) => `${role}: ${may}`)
        .join('; ')}
    </Text>
  );
}
