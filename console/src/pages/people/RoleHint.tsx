import { Text } from '@mantine/core';
import type { Role } from '../../api/types.ts';
import { roleLabels, texts } from '../../texts.ts';

const labels = texts.people;

/** What each role may do, for those who choose one. */
export function RoleHint() {
  return (
    <Text size="xs" c="dimmed">
      {(Object.entries(labels.roles) as [Role, string][])
        .map(([role, may]) => `${roleLabels[role]}: ${may}`)
        .join('; ')}
    </Text>
  );
}
