import { Alert, Button, Group, List, Modal, Radio, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import type { HoldSent } from '../../api/types.ts';
import { heldTexts, texts } from '../../texts.ts';
import { choiceOf, countOf, type Decision, type DecisionWindowProps } from './decision.ts';

const labels = heldTexts.send;

/** Customer.io docs: only events of the last 72 hours can start campaigns. */
const CAMPAIGN_AGE_MS = 72 * 3_600_000;

/** Says what sending does, asks for the time of events that are too old to start campaigns, and releases them. */
export function SendWindow({ decision, onClose, onDone }: DecisionWindowProps) {
  const { hold } = decision;
  const count = countOf(decision);
  const [old] = useState(() => tooOld(decision, Date.now()));
  const [timestamp, setTimestamp] = useState<'move' | 'now'>(old === count ? 'now' : 'move');
  const sent = timestamp === 'move' ? count - old : count;
  const send = useMutation({
    mutationFn: () => post<HoldSent>(`/api/holds/${hold.id}/send`, { ...choiceOf(decision), timestamp }),
    onSuccess: (result) => result.sent > 0 && onDone(),
  });
  const rest = hold.held - count;
  return (
    <Modal
      opened
      onClose={onClose}
      title={labels.title}
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <Stack gap="sm">
        <Text fw={600}>{labels.head(sent, hold.event)}</Text>
        <List size="sm" spacing={4}>
          <List.Item>
            {labels.campaigns} {labels.undone}
          </List.Item>
          <List.Item>{labels.order}</List.Item>
          <List.Item>{labels.contact}</List.Item>
          {rest > 0 ? <List.Item>{labels.rest(rest)}</List.Item> : null}
        </List>
        {old > 0 ? <Times old={old} value={timestamp} onChange={setTimestamp} /> : null}
        {send.data?.sent === 0 ? (
          <Alert color="yellow" py="xs" role="status">
            {labels.nothing}
          </Alert>
        ) : null}
        {send.error ? (
          <Alert color="red" role="alert">
            {send.error.message}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.replay.cancel}
          </Button>
          <Button onClick={() => send.mutate()} loading={send.isPending} disabled={sent === 0}>
            {labels.button(sent)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface TimesProps {
  old: number;
  value: 'move' | 'now';
  onChange(value: 'move' | 'now'): void;
}

function Times({ old, value, onChange }: TimesProps) {
  return (
    <Alert color="yellow" py="xs">
      <Stack gap="xs">
        <Text size="sm">{heldTexts.old(old)}</Text>
        <Radio.Group
          label={labels.time}
          value={value}
          onChange={(chosen) => onChange(chosen === 'now' ? 'now' : 'move')}
        >
          <Stack gap={6} mt={4}>
            <Radio value="move" label={labels.keep(old)} />
            <Radio value="now" label={labels.now} />
          </Stack>
        </Radio.Group>
      </Stack>
    </Alert>
  );
}

function tooOld({ hold, chosen }: Decision, now: number): number {
  if (chosen === null) return hold.tooOld;
  return [...chosen.values()].filter((at) => at < now - CAMPAIGN_AGE_MS).length;
}
