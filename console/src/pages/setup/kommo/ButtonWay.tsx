import { Button, Group, Stack, Text } from '@mantine/core';
import { useStart } from '../../../api/kommo-access.ts';
import { setupTexts } from '../../../texts.ts';

const labels = setupTexts.kommo;

interface ButtonWayProps {
  name: string;
  way: 'button' | 'integration';
}

/** The button that leads to Kommo's window. */
export function ButtonWay({ name, way }: ButtonWayProps) {
  const start = useStart(name);
  return (
    <Stack gap="xs">
      <Group>
        <Button loading={start.isPending || start.isSuccess} onClick={() => start.mutate(way)}>
          {way === 'button' ? labels.connect : labels.allow}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {way === 'button' ? labels.connectHint : labels.allowHint}
      </Text>
      {start.error ? (
        <Text size="sm" c="red" role="alert">
          {start.error.message}
        </Text>
      ) : null}
    </Stack>
  );
}
