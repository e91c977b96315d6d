import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Fold } from '../../../parts/Fold.tsx';
import { caseTexts as labels } from '../../../texts.ts';
import type { On } from '../edit/try/Choose.tsx';
import { saveCase } from './queries.ts';

/** Keeps what was tried as a test case. */
export function SaveCase({ connection, on }: { connection: string; on: On }) {
  const [name, setName] = useState('');
  const saving = useMutation({
    mutationFn: (given: string) => saveCase(connection, given, on),
    onSuccess: () => setName(''),
  });
  return (
    <Fold title={labels.save}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') saving.mutate(name.trim());
        }}
      >
        <Text size="sm" c="dimmed" mb="xs" maw={640}>
          {labels.saveHint}
        </Text>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={labels.name}
            placeholder={labels.nameHint}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            w={{ base: '100%', sm: 360 }}
          />
          <Button type="submit" variant="default" loading={saving.isPending} disabled={name.trim() === ''}>
            {labels.save}
          </Button>
        </Group>
        <Text size="sm" role="status" mt="xs" c={saving.error ? 'var(--mantine-color-error)' : undefined}>
          {saving.error?.message ?? (saving.isSuccess ? labels.saved(saving.variables) : '')}
        </Text>
      </form>
    </Fold>
  );
}
