import { Button, Group, Text } from '@mantine/core';
import { PauseIcon, PlayIcon } from '../../parts/icons.tsx';
import { Light } from '../../parts/Light.tsx';
import { texts } from '../../texts.ts';
import type { Connected } from './useFeed.ts';

interface LiveBarProps {
  connected: Connected;
  isPaused: boolean;
  onPause(isPaused: boolean): void;
}

/** Whether new rows come by themselves, and the button that stops them. */
export function LiveBar({ connected, isPaused, onPause }: LiveBarProps) {
  if (connected === 'past')
    return (
      <Text size="sm" c="dimmed">
        {texts.activity.past}
      </Text>
    );
  const labels = isPaused
    ? texts.activity.paused
    : connected === 'live'
      ? texts.activity.live
      : texts.activity.reconnecting;
  return (
    <Group gap="sm">
      <Group gap={7} role="status">
        <Light tone={isPaused ? 'nothing' : connected === 'live' ? 'good' : 'waiting'} />
        <Text size="sm">{labels}</Text>
      </Group>
      <Button
        size="xs"
        variant="default"
        leftSection={isPaused ? <PlayIcon size={14} /> : <PauseIcon size={14} />}
        onClick={() => onPause(!isPaused)}
      >
        {isPaused ? texts.activity.goOn : texts.activity.pause}
      </Button>
    </Group>
  );
}
