import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { nowQuery, sessionQuery } from '../../api/queries.ts';
import type { Role } from '../../api/types.ts';
import { roleLabels, texts } from '../../texts.ts';
import { RoleHint } from './RoleHint.tsx';
import { managedConnections, type Roles, RolesButton } from './Roles.tsx';

const labels = texts.people;

/** One role for all connections, or a role for each of some. */
export type Added = { name: string } & ({ role: Role } | { roles: Record<string, Role> });

interface AddFormProps {
  label: string;
  onAdd(added: Added, form: FormData): void;
  /** Further fields, which `onAdd` gets in `form`. */
  children?: ReactNode;
}

/** A name, a role and, where there are several connections, the roles for them: all that a new person or token needs. */
export function AddForm({ label, onAdd, children }: AddFormProps) {
  const managed = managedConnections(useQuery(sessionQuery).data);
  const names = useConnectionNames();
  const [role, setRole] = useState<Role>('viewer');
  const [chosen, setChosen] = useState<Roles | undefined>();
  const initial = managed && Object.fromEntries(managed.map((name) => [name, role]));
  const roles = chosen === undefined ? initial : chosen;
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        onAdd({ name: String(form.get('name')), ...(roles === null ? { role } : { roles }) }, form);
        event.currentTarget.reset();
        setRole('viewer');
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
            value={role}
            // The roles that were chosen for connections count instead.
            disabled={roles !== null && chosen !== undefined}
            data={Object.entries(roleLabels).map(([value, text]) => ({ value, label: text }))}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
          {names.length > 1 || roles !== null ? (
            <RolesButton names={names} value={roles} role={role} about={label} onSave={setChosen} />
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
