import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { texts } from '../../../texts.ts';
import { ruleTexts } from '../../../texts-rules.ts';

const words = ruleTexts.bar;

/** Throws the draft away, after it has asked. */
export function DiscardDraft({ onDiscard }: { onDiscard(): void }) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <Popover opened={isOpen} onChange={close} width={260} position="bottom-end" trapFocus withArrow>
      <Popover.Target>
        <Button size="sm" variant="default" onClick={toggle}>
          {words.discard}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Text size="sm">{words.sureDiscard}</Text>
          <Group gap="xs" justify="flex-end">
            <Button size="xs" variant="default" onClick={close}>
              {texts.replay.cancel}
            </Button>
            <Button
              size="xs"
              color="red"
              onClick={() => {
                close();
                onDiscard();
              }}
            >
              {words.discardNow}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
