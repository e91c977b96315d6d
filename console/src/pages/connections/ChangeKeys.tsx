import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { patch } from '../../api/client.ts';
import { accessQuery } from '../../api/kommo-access.ts';
import { connectionQuery, queryClient } from '../../api/queries.ts';
import type { ConnectionDetails } from '../../api/types.ts';
import { Answered } from '../../parts/States.tsx';
import { connectionTexts, texts } from '../../texts.ts';
import { SecretInput } from '../setup/SecretInput.tsx';
import { changeOf, KEYS, type Key, type Keys } from './keys.ts';

const labels = connectionTexts.keys;

interface ChangeKeysProps {
  connection: string;
  onClose(): void;
}

/** New keys for a connection of the database, which both accounts must accept before they are stored. */
export function ChangeKeys({ connection, onClose }: ChangeKeysProps) {
  const details = useQuery(connectionQuery(connection));
  return (
    <Modal
      opened
      onClose={onClose}
      title={labels.title(connection)}
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <Answered of={details} lines={6}>
        {(data) => <KeysForm details={data} onClose={onClose} />}
      </Answered>
    </Modal>
  );
}

function KeysForm({ details, onClose }: { details: ConnectionDetails; onClose(): void }) {
  const { connection, customerio, secrets } = details;
  const access = useQuery(accessQuery(connection)).data;
  const [keys, setKeys] = useState<Keys>({ site_id: customerio.siteId });
  const changed = changeOf(keys, customerio.siteId);
  const save = useMutation({
    mutationFn: () => patch(`/api/connections/${encodeURIComponent(connection)}`, changed),
    onSuccess: () => {
      for (const queryKey of [['connections'], ['checks'], ['now'], ['health']])
        void queryClient.invalidateQueries({ queryKey });
      onClose();
    },
  });
  const isStored: Record<Key, boolean> = {
    token: true,
    site_id: true,
    api_key: true,
    app_key: secrets.hasAppKey,
    signing_key: secrets.signingKeys > 0,
  };
  const enter = (key: Key) => (value: string) => setKeys((entered) => ({ ...entered, [key]: value }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed !== null && !save.isPending) save.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{labels.lead}</Text>
        {KEYS.map((key) =>
          key === 'site_id' ? (
            <TextInput
              key={key}
              label={labels.inputs[key]}
              autoComplete="off"
              spellCheck={false}
              maxLength={200}
              value={keys.site_id ?? ''}
              onChange={(event) => enter(key)(event.currentTarget.value)}
            />
          ) : key === 'token' && access?.kind !== 'token' ? null : (
            <SecretInput
              key={key}
              name={key}
              label={labels.inputs[key]}
              isStored={isStored[key]}
              value={keys[key] ?? ''}
              onChange={enter(key)}
            />
          ),
        )}
        {access?.kind === 'oauth' ? (
          <Text size="sm" c="dimmed">
            {labels.oauth}
          </Text>
        ) : null}
        {save.error ? (
          <Text size="sm" c="red" role="alert" className="wrap">
            {save.error.message}
          </Text>
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {save.isPending ? labels.checking : ''}
          </Text>
          <Button variant="default" onClick={onClose}>
            {connectionTexts.cancel}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={changed === null}>
            {labels.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
