import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../../texts.ts';

interface SmallButtonProps {
  children: string;
  /** Whom or what it is about, for those who do not see the row. */
  about: string;
  onClick(): void;
}

export function SmallButton({ children, about, onClick }: SmallButtonProps) {
  return (
    <Button size="compact-xs" variant="default" aria-label={`${children}: ${about}`} onClick={onClick}>
      {children}
    </Button>
  );
}

/** Asks once more, with what follows from it. */
export function RemoveButton({ about, sure, onRemove }: { about: string; sure: string; onRemove(): void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} width={260} position="bottom-end" trapFocus withArrow>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`${texts.people.remove}: ${about}`}
          onClick={() => setOpen(!isOpen)}
        >
          {texts.people.remove} …
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Text size="sm">{sure}</Text>
          <Group gap="xs" justify="flex-end">
            <Button size="xs" variant="default" onClick={() => setOpen(false)}>
              {texts.replay.cancel}
            </Button>
            <Button
              size="xs"
              color="red"
              onClick={() => {
                setOpen(false);
                onRemove();
              }}
            >
              {texts.people.remove}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
