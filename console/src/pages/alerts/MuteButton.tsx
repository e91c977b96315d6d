import { Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { DownIcon } from '../../parts/icons.tsx';
import { alertTexts as texts } from '../../texts.ts';
import { type MuteTarget, useMute } from './queries.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SPANS: [label: string, ms: number][] = [
  [texts.forHour, HOUR],
  [texts.forDay, DAY],
  [texts.forWeek, 7 * DAY],
];

/** Mutes a receiver or a problem for a time. @param about its name, for screen readers */
export function MuteButton({ target, about }: { target: MuteTarget; about: string }) {
  const mute = useMute(target);
  const [isChoosing, { open, close }] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-end" width={160}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="default"
            rightSection={<DownIcon size={12} />}
            loading={mute.isPending}
            aria-label={texts.muteOf(about)}
          >
            {texts.mute}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {SPANS.map(([label, ms]) => (
            <Menu.Item key={label} onClick={() => mute.mutate(Date.now() + ms)}>
              {label}
            </Menu.Item>
          ))}
          <Menu.Item onClick={open}>{texts.until}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {mute.error ? (
        <Text size="sm" c="red" role="alert">
          {mute.error.message}
        </Text>
      ) : null}
      <Modal opened={isChoosing} onClose={close} title={texts.muteOf(about)} centered>
        <UntilForm
          onCancel={close}
          onMute={(endsAt) => {
            mute.mutate(endsAt);
            close();
          }}
        />
      </Modal>
    </>
  );
}

function UntilForm({ onCancel, onMute }: { onCancel(): void; onMute(endsAt: number): void }) {
  const [value, setValue] = useState(() => localInput(Date.now() + DAY));
  const endsAt = new Date(value).getTime();
  const isPossible = endsAt > Date.now() && endsAt < Date.now() + 30 * DAY;
  return (
    <Stack
      component="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isPossible) onMute(endsAt);
      }}
    >
      <TextInput
        type="datetime-local"
        label={texts.untilLabel}
        description={texts.untilHint}
        error={isPossible ? null : texts.tooLate}
        value={value}
        onChange={({ currentTarget }) => setValue(currentTarget.value)}
        data-autofocus
      />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          {texts.cancel}
        </Button>
        <Button type="submit" disabled={!isPossible}>
          {texts.mute}
        </Button>
      </Group>
    </Stack>
  );
}

/** `2026-11-30T14:05`, in the reader's time zone, as the input takes it. */
function localInput(at: number): string {
  const offset = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offset).toISOString().slice(0, 16);
}
