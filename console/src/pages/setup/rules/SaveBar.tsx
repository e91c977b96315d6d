import { Alert, Button, Group, Text } from '@mantine/core';
import type { RulesStep } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import type { ChoiceState } from './useChoice.ts';

const labels = setupTexts.rules;

/** Makes rules of the choice, and says whether the shown choice is the checked one. */
export function SaveBar({ rules, choice }: { rules: RulesStep; choice: ChoiceState }) {
  return (
    <>
      {rules.isEdited ? (
        <Alert color="yellow" variant="light">
          {labels.edited}
        </Alert>
      ) : null}
      {choice.error ? (
        <Text size="sm" c="red" role="alert">
          {choice.error.message}
        </Text>
      ) : null}
      <Group gap="sm">
        {choice.isSaved ? null : (
          <Button loading={choice.isSaving} disabled={!choice.isWhole} onClick={choice.save}>
            {rules.isEdited ? labels.replace : labels.use}
          </Button>
        )}
        <Text size="sm" c="dimmed" role="status">
          {choice.isSaving
            ? labels.saving
            : choice.recipes.length === 0
              ? labels.nothing
              : !choice.isWhole
                ? labels.incomplete
                : choice.isSaved
                  ? labels.saved
                  : ''}
        </Text>
      </Group>
    </>
  );
}
