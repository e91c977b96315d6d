import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { ruleTexts, texts } from '../../../texts.ts';

const labels = ruleTexts.leave;

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
      title={labels.title}
      size={500}
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <Stack gap="md">
        <Text size="sm">{labels.lead}</Text>
        <Group justify="flex-end" gap="xs">
          <Button
            variant="default"
            onClick={() => {
              forget();
              leaving.proceed();
            }}
          >
            {labels.forget}
          </Button>
          <Button variant="default" onClick={leaving.proceed}>
            {labels.keep}
          </Button>
          <Button onClick={leaving.reset} data-autofocus>
            {labels.stay}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
