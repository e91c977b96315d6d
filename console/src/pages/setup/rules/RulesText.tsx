import { Button, Group, List, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { RulesStep } from '../../../api/types.ts';
import { Fold } from '../../../parts/Fold.tsx';
import { setupTexts } from '../../../texts.ts';

const labels = setupTexts.rules;

interface RulesTextProps {
  rules: RulesStep;
  onSave(text: string): void;
  isSaving: boolean;
}

/** The rules as YAML, for those who want to see or edit them before anything runs. */
export function RulesText({ rules: { text, problems, isEdited }, onSave, isSaving }: RulesTextProps) {
  const [edited, setEdited] = useState(text ?? '');
  if (text === null) return null;
  return (
    <Fold title={labels.asText} isOpen={isEdited || problems.length > 0}>
      <Stack gap="xs" mt="xs">
        <Textarea
          label={labels.text}
          description={labels.textHint}
          spellCheck={false}
          autosize
          minRows={6}
          maxRows={24}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
          value={edited}
          onChange={(event) => setEdited(event.currentTarget.value)}
        />
        <List size="sm" aria-live="polite">
          {problems.map(({ line, message, hint }) => (
            <List.Item key={`${line} ${message}`}>
              {labels.line(line)}: {message} {hint}
            </List.Item>
          ))}
        </List>
        <Group>
          <Button
            size="xs"
            variant="default"
            disabled={edited === text}
            loading={isSaving}
            onClick={() => onSave(edited)}
          >
            {labels.saveText}
          </Button>
        </Group>
      </Stack>
    </Fold>
  );
}
