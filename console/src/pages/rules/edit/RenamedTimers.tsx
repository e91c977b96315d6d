import { Alert, Button, Text } from '@mantine/core';
import { ruleTexts } from '../../../texts.ts';
import { useEditing } from './context.ts';
import type { RenamedEvent } from './renamed-events.ts';

const labels = ruleTexts.renamed;

interface RenamedTimersProps extends RenamedEvent {
  onRename(): void;
}

/** Offers to have the timers of a renamed event start with its new name, and says which campaigns wait for the former one. */
export function RenamedTimers({ from, to, timers, onRename }: RenamedTimersProps) {
  const { coverage } = useEditing();
  const waiting = coverage?.unsent.find(({ event }) => event === from)?.campaigns ?? [];
  return (
    <Alert color="yellow" variant="light" role="status">
      <Text size="sm" className="wrap">
        {labels.timers(timers, from)} {labels.running}
        {waiting.length > 0
          ? ` ${labels.campaigns(
              waiting.map(({ name }) => name),
              from,
            )}`
          : ''}
      </Text>
      <Button size="compact-sm" variant="default" mt="xs" onClick={onRename}>
        {labels.rename(timers, to)}
      </Button>
    </Alert>
  );
}
