import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import { ReasonForm } from '../../parts/ReasonForm.tsx';
import { texts } from '../../texts.ts';
import type { Wanted } from './ReplayWindow.tsx';

const labels = texts.discard;

/** Gives actions up, for a reason that is kept. */
export function DiscardWindow({ wanted, onClose }: { wanted: Wanted; onClose(): void }) {
  const count = wanted.ids.length;
  const discard = useMutation({
    mutationFn: (why: string) => post<{ discarded: number }>('/api/discard', { ...wanted, why }),
    onSuccess: () => {
      for (const queryKey of [['failures'], ['now'], ['event']])
        void queryClient.invalidateQueries({ queryKey });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={labels.title}
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      {discard.data ? (
        <Stack gap="md">
          <Text role="status">{labels.done(discard.data.discarded)}</Text>
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              {texts.replay.close}
            </Button>
          </Group>
        </Stack>
      ) : (
        <ReasonForm
          lead={labels.lead(count)}
          hint={labels.whyHint}
          doIt={labels.button(count)}
          error={discard.error}
          isPending={discard.isPending}
          onDo={(why) => discard.mutate(why)}
          onCancel={onClose}
        />
      )}
    </Modal>
  );
}
