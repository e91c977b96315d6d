import { Button, Checkbox, Group, NativeSelect, Popover, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sessionQuery } from '../../api/queries.ts';
import type { Role, Session } from '../../api/types.ts';
import { roleFor } from '../../api/useRole.ts';
import { roleLabels, texts } from '../../texts.ts';

const labels = texts.people;

/** A role for each of some connections; null: one role for all, also for those that are added later. */
export type Roles = Record<string, Role> | null;

/** `acme, beta` where the roles are the same, else `acme: editor, beta: viewer`. */
export function rolesText(roles: Roles): string {
  if (roles === null) return labels.allConnections;
  const entries = Object.entries(roles);
  if (entries.length === 0) return labels.noConnection;
  if (!haveDifferent(roles)) return Object.keys(roles).join(', ');
  return entries.map(([name, role]) => `${name}: ${roleLabels[role]}`).join(', ');
}

export function haveDifferent(roles: Roles): boolean {
  return new Set(Object.values(roles ?? {})).size > 1;
}

/** The connections for which the signed-in admin may give roles; null: for all of them. */
export function managedConnections(session: Pick<Session, 'role' | 'roles'> | undefined): string[] | null {
  if (!session?.roles) return null;
  return Object.keys(session.roles).filter((name) => roleFor(session, name) === 'admin');
}

const ROLES = Object.entries(roleLabels).map(([value, label]) => ({ value, label }));

interface RolesFieldsProps {
  names: string[];
  value: Roles;
  /** The role of connections that are ticked first. */
  role: Role;
  onChange(roles: Roles): void;
}

/** An admin of some connections can only give roles for these. */
function RolesFields({ names, value, role, onChange }: RolesFieldsProps) {
  const managed = managedConnections(useQuery(sessionQuery).data);
  // A connection that is not there any more is kept until somebody takes it away.
  const shown = [...new Set([...(managed ?? names), ...Object.keys(value ?? {})])];
  const change = (name: string, chosen: string) => {
    const { [name]: _before, ...others } = value ?? {};
    onChange(chosen === '' ? others : { ...others, [name]: chosen as Role });
  };
  return (
    <Stack gap={6}>
      {managed === null ? (
        <Checkbox
          size="xs"
          label={labels.allConnections}
          checked={value === null}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked ? null : Object.fromEntries(names.map((name) => [name, role])),
            )
          }
        />
      ) : null}
      {value === null
        ? null
        : shown.map((name) => (
            <NativeSelect
              key={name}
              size="xs"
              label={labels.roleFor(name)}
              value={value[name] ?? ''}
              data={[{ value: '', label: labels.noAccess }, ...ROLES]}
              onChange={(event) => change(name, event.currentTarget.value)}
            />
          ))}
    </Stack>
  );
}

interface RolesButtonProps extends Omit<RolesFieldsProps, 'onChange'> {
  /** Whose roles they are, for those who do not see the row. */
  about: string;
  onSave(roles: Roles): void;
}

/** Shows the roles for connections, and changes them when they are saved. */
export function RolesButton({ names, value, role, about, onSave }: RolesButtonProps) {
  const [draft, setDraft] = useState<Roles | undefined>();
  const isOpen = draft !== undefined;
  return (
    <Popover
      opened={isOpen}
      onChange={(open) => setDraft(open ? value : undefined)}
      width={260}
      trapFocus
      withArrow
    >
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`${rolesText(value)} (${labels.connections}: ${about})`}
          title={rolesText(value)}
          onClick={() => setDraft(isOpen ? undefined : value)}
          maw={220}
        >
          {rolesText(value)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        <Stack gap="xs">
          <RolesFields names={names} value={draft ?? null} role={role} onChange={setDraft} />
          <Group justify="flex-end">
            <Button
              size="xs"
              onClick={() => {
                setDraft(undefined);
                onSave(draft ?? null);
              }}
            >
              {labels.save}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
