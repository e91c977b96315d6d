import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { patch } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import type { ShownConnection } from '../../api/types.ts';
import { useRole } from '../../api/useRole.ts';
import { Failed } from '../../parts/States.tsx';
import { connectionTexts } from '../../texts.ts';

/** How the changes in Kommo arrive, and the button that changes it. Shown where webhooks are not what they arrive by. */
export function ChangesLine({ listed }: { listed: ShownConnection }) {
  const { connection, source, kommo } = listed;
  const isAdmin = useRole(connection) === 'admin';
  const change = useMutation({
    mutationFn: () =>
      patch(`/api/connections/${encodeURIComponent(connection)}`, { kommo: { changes: 'webhooks' } }),
    onSuccess: () => {
      for (const queryKey of [['connections'], ['checks'], ['now'], ['health']])
        void queryClient.invalidateQueries({ queryKey });
    },
  });
  if (kommo.pollEverySeconds === null) return null;
  return (
    <>
      <Group gap="xs" mt={4}>
        <Text size="sm">{connectionTexts.polled(kommo.pollEverySeconds)}</Text>
        {isAdmin && source === 'console' ? (
          <Button
            size="compact-xs"
            variant="default"
            title={connectionTexts.useWebhooksHint}
            loading={change.isPending}
            onClick={() => change.mutate()}
          >
            {connectionTexts.useWebhooks}
          </Button>
        ) : null}
      </Group>
      {change.error ? <Failed error={change.error} again={() => change.mutate()} /> : null}
    </>
  );
}
