import { Button, Group, Text } from '@mantine/core';
import { setupTexts } from '../../texts.ts';

interface CheckBarProps {
  answer: { isPending: boolean; error: Error | null };
  /** What is said while the account is asked. */
  checking: string;
  wasChecked: boolean;
  isDone: boolean;
  label?: string;
}

/** The button that submits a form for a check, and what came of it when the server could not check. */
export function CheckBar({ answer, checking, wasChecked, isDone, label }: CheckBarProps) {
  return (
    <>
      {answer.error ? (
        <Text size="sm" c="red" role="alert">
          {answer.error.message}
        </Text>
      ) : null}
      <Group gap="sm">
        <Button type="submit" size="sm" variant={isDone ? 'default' : 'filled'} loading={answer.isPending}>
          {label ?? (wasChecked ? setupTexts.checkAgain : setupTexts.check)}
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {answer.isPending ? checking : ''}
        </Text>
      </Group>
    </>
  );
}
