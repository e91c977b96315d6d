import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import type { Role } from '../../api/types.ts';
import { roleLabels, texts } from '../../texts.ts';
import { RoleHint } from './RoleHint.tsx';

const labels = texts.people;

/** A name and a role: all that a new person or token needs. */
export function AddForm({ label, onAdd }: { label: string; onAdd(name: string, role: Role): void }) {
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        onAdd(String(form.get('name')), form.get('role') as Role);
        event.currentTarget.reset();
      }}
    >
      <Stack gap={4}>
        <Group gap="xs" align="flex-end">
          <TextInput
            size="xs"
            name="name"
            label={`${label}: ${labels.name.toLowerCase()}`}
            required
            withAsterisk={false}
            maxLength={80}
            w={220}
          />
          <NativeSelect
            size="xs"
            name="role"
            label={labels.role}
            data={Object.entries(roleLabels).map(([value, text]) => ({ value, label: text }))}
          />
          <Button size="xs" type="submit">
            {labels.add}
          </Button>
        </Group>
        <RoleHint />
      </Stack>
    </form>
  );
}
