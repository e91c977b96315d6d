import { Button, type ButtonProps, Group, Popover, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../texts.ts';

interface AskFirstProps extends Pick<ButtonProps, 'size'> {
  /** On the button. */
  children: string;
  /** The button's label for screen readers. */
  label?: string;
  /** What follows from it. */
  sure: string;
  /** On the button that does it. */
  doIt: string;
  onDo(): void;
}

/** A button that asks once more, with what follows from it. */
export function AskFirst({ children, label, size, sure, doIt, onDo }: AskFirstProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} width={260} position="bottom-end" trapFocus withArrow>
      <Popover.Target>
        <Button size={size} variant="default" aria-label={label} onClick={() => setOpen(!isOpen)}>
          {children}
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
                onDo();
              }}
            >
              {doIt}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
