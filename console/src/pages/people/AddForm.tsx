import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { nowQuery, sessionQuery } from '../../api/queries.ts';
import type { Role } from '../../api/types.ts';
import { roleLabels, texts } from '../../texts.ts';
import { type Limit, LimitButton } from './Limit.tsx';
import { RoleHint } from './RoleHint.tsx';

const labels = texts.people;

export interface Added {
  name: string;
  role: Role;
  connections: Limit;
}

interface AddFormProps {
  label: string;
  onAdd(added: Added, form: FormData): void;
  /** Further fields, which `onAdd` gets in `form`. */
  children?: ReactNode;
}

/** A name, a role and, where there are several connections, which of them: all that a new person or token needs. */
export function AddForm({ label, onAdd, children }: AddFormProps) {
  const own = useQuery(sessionQuery).data?.connections ?? null;
  const names = useConnectionNames();
  const [chosen, setChosen] = useState<Limit | undefined>();
  const limit = chosen === undefined ? own : chosen;
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        onAdd({ name: String(form.get('name')), role: form.get('role') as Role, connections: limit }, form);
        event.currentTarget.reset();
        setChosen(undefined);
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
          {names.length > 1 || limit !== null ? (
            <LimitButton names={names} value={limit} about={label} onSave={setChosen} />
          ) : null}
          {children}
          <Button size="xs" type="submit">
            {labels.add}
          </Button>
        </Group>
        <RoleHint />
      </Stack>
    </form>
  );
}

/** The connections that the signed-in admin sees. */
export function useConnectionNames(): string[] {
  return useQuery(nowQuery).data?.connections.map(({ name }) => name) ?? [];
}
