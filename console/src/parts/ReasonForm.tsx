import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { texts } from '../texts.ts';

interface ReasonFormProps {
  /** What follows from it. */
  lead: string;
  hint: string;
  /** On the button that does it. */
  doIt: string;
  error: Error | null;
  isPending: boolean;
  onDo(why: string): void;
  onCancel(): void;
}

/** Asks for the reason of something that cannot be undone. */
export function ReasonForm({ lead, hint, doIt, error, isPending, onDo, onCancel }: ReasonFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDo(String(new FormData(event.currentTarget).get('why')));
      }}
    >
      <Stack gap="md">
        <Text>{lead}</Text>
        <Textarea
          name="why"
          label={texts.discard.why}
          description={hint}
          required
          maxLength={1_000}
          autosize
          minRows={2}
          data-autofocus
        />
        {error ? (
          <Alert color="red" role="alert">
            {error.message}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {texts.replay.cancel}
          </Button>
          <Button type="submit" color="red" loading={isPending}>
            {doIt}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
