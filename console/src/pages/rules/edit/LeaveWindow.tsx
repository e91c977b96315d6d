import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { texts } from '../../../texts.ts';
import { ruleTexts } from '../../../texts-rules.ts';

const words = ruleTexts.leave;

/** Asks whoever leaves with changes what shall become of them. */
export function LeaveWindow({ isTouched, forget }: { isTouched: boolean; forget(): void }) {
  const leaving = useBlocker({
    shouldBlockFn: ({ next }) => isTouched && next.pathname !== '/rules/edit',
    enableBeforeUnload: isTouched,
    withResolver: true,
  });
  if (leaving.status !== 'blocked') return null;
  return (
    <Modal
      opened
      onClose={leaving.reset}
      title={words.title}
      size={500}
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <Stack gap="md">
        <Text size="sm">{words.lead}</Text>
        <Group justify="flex-end" gap="xs">
          <Button
            variant="default"
            onClick={() => {
              forget();
              leaving.proceed();
            }}
          >
            {words.forget}
          </Button>
          <Button variant="default" onClick={leaving.proceed}>
            {words.keep}
          </Button>
          <Button onClick={leaving.reset} data-autofocus>
            {words.stay}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
