import { Button, Group, List, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { post, remove } from '../../api/client.ts';
import { connectionQuery, queryClient } from '../../api/queries.ts';
import { Answered, Failed } from '../../parts/States.tsx';
import { connectionTexts, texts } from '../../texts.ts';

export type ConnectionAction = 'pause' | 'resume' | 'remove';

interface ChangeWindowProps {
  action: ConnectionAction;
  connection: string;
  onClose(): void;
}

/** Says what a change of a connection means now, before it is made. */
export function ChangeWindow({ action, connection, onClose }: ChangeWindowProps) {
  const details = useQuery(connectionQuery(connection));
  const change = useMutation({
    mutationFn: () => send(action, connection),
    onSuccess: () => {
      for (const queryKey of [['connections'], ['checks'], ['now'], ['health']])
        void queryClient.invalidateQueries({ queryKey });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={connectionTexts.titles[action](connection)}
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <Stack gap="md">
        <Answered of={details} lines={4}>
          {({ consequences }) => (
            <List size="sm" spacing="xs">
              {consequences[action].map((sentence) => (
                <List.Item key={sentence}>{sentence}</List.Item>
              ))}
            </List>
          )}
        </Answered>
        {change.error ? <Failed error={change.error} again={() => change.mutate()} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {connectionTexts.cancel}
          </Button>
          <Button
            {...(action === 'remove' ? { color: 'red' } : {})}
            loading={change.isPending}
            disabled={!details.data}
            onClick={() => change.mutate()}
          >
            {connectionTexts[action]}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function send(action: ConnectionAction, connection: string): Promise<unknown> {
  const path = `/api/connections/${encodeURIComponent(connection)}`;
  return action === 'remove' ? remove(path) : post(`${path}/${action}`, {});
}
