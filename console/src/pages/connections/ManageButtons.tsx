import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import type { ShownConnection } from '../../api/types.ts';
import { useRole } from '../../api/useRole.ts';
import { Failed } from '../../parts/States.tsx';
import { connectionTexts } from '../../texts.ts';
import { ChangeKeys } from './ChangeKeys.tsx';
import { ChangeWindow, type ConnectionAction } from './ChangeWindow.tsx';

/** What an admin can do with a connection that is managed in the console; nothing for one of the configuration file. */
export function ManageButtons({ listed }: { listed: ShownConnection }) {
  const [isChangingKeys, setChangingKeys] = useState(false);
  const [asked, ask] = useState<ConnectionAction | null>(null);
  const { connection, source, pausedSince } = listed;
  const download = useMutation({
    mutationFn: () => post<{ yaml: string }>(`/api/connections/${encodeURIComponent(connection)}/export`, {}),
    onSuccess: ({ yaml }) => saveFile('stagepost.yaml', yaml),
  });
  if (useRole(connection) !== 'admin' || source === 'file') return null;
  const actions: ConnectionAction[] = [pausedSince === null ? 'pause' : 'resume', 'remove'];
  return (
    <>
      <Group gap="xs">
        {actions.map((action) => (
          <Button
            key={action}
            size="xs"
            variant="default"
            aria-label={connectionTexts.label(connectionTexts[action], connection)}
            onClick={() => ask(action)}
          >
            {connectionTexts[action]}
          </Button>
        ))}
        <Button
          size="xs"
          variant="default"
          aria-label={connectionTexts.label(connectionTexts.keys.button, connection)}
          onClick={() => setChangingKeys(true)}
        >
          {connectionTexts.keys.button}
        </Button>
        <Button
          size="xs"
          variant="default"
          aria-label={connectionTexts.label(connectionTexts.download, connection)}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {connectionTexts.download}
        </Button>
      </Group>
      {download.error ? <Failed error={download.error} again={() => download.mutate()} /> : null}
      {isChangingKeys ? <ChangeKeys connection={connection} onClose={() => setChangingKeys(false)} /> : null}
      {asked ? <ChangeWindow action={asked} connection={connection} onClose={() => ask(null)} /> : null}
    </>
  );
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
