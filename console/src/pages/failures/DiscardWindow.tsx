import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
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
        <form
          onSubmit={(event) => {
            event.preventDefault();
            discard.mutate(String(new FormData(event.currentTarget).get('why')));
          }}
        >
          <Stack gap="md">
            <Text>{labels.lead(count)}</Text>
            <Textarea
              name="why"
              label={labels.why}
              description={labels.whyHint}
              required
              maxLength={1_000}
              autosize
              minRows={2}
              data-autofocus
            />
            {discard.error ? (
              <Alert color="red" role="alert">
                {discard.error.message}
              </Alert>
            ) : null}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {texts.replay.cancel}
              </Button>
              <Button type="submit" color="red" loading={discard.isPending}>
                {labels.button(count)}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
