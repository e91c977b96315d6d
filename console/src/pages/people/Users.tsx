import { Badge, Group, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, patch, post, remove } from '../../api/client.ts';
import type { Role, User } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Answered } from '../../parts/States.tsx';
import { WideTable } from '../../parts/WideTable.tsx';
import { roleLabels, texts } from '../../texts.ts';
import { type Added, AddForm, useConnectionNames } from './AddForm.tsx';
import { RemoveButton, SmallButton } from './Buttons.tsx';
import { haveDifferent, type Roles, RolesButton } from './Roles.tsx';
import { Problem, ShownOnce } from './ShownOnce.tsx';

const labels = texts.people;

const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => get<{ users: User[] }>('/api/users', {}, signal),
});

interface Invited {
  user: User;
  /** A path. */
  link: string;
}

type Doing =
  | { what: 'add'; added: Added }
  | { what: 'link' | 'endLink' | 'remove'; user: User }
  | { what: 'change'; user: User; change: { role?: Role; connections?: null; roles?: Record<string, Role> } };

function run(doing: Doing): Promise<Partial<Invited>> {
  switch (doing.what) {
    case 'add':
      return post('/api/users', doing.added);
    case 'link':
      return post(`/api/users/${doing.user.id}/link`, {});
    case 'endLink':
      return remove(`/api/users/${doing.user.id}/link`).then(() => ({}));
    case 'change':
      return patch<User>(`/api/users/${doing.user.id}`, doing.change).then(() => ({}));
    case 'remove':
      return remove(`/api/users/${doing.user.id}`);
  }
}

export function Users() {
  const users = useQuery(usersQuery);
  const client = useQueryClient();
  const doing = useMutation({
    mutationFn: run,
    onSettled: () =>
      Promise.all(
        [usersQuery.queryKey, ['audit'], ['session']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
  const { user, link } = doing.data ?? {};
  const names = useConnectionNames();
  return (
    <Stack gap="sm" component="section" aria-label={labels.users}>
      <Title order={2}>{labels.users}</Title>
      <Problem of={doing.error} />
      {user && link ? (
        <ShownOnce lead={labels.linkFor(user.name)} secret={window.location.origin + link} />
      ) : null}
      <Answered of={users}>
        {(data) => (
          <div className="card">
            <WideTable
              label={labels.users}
              minWidth={620}
              columns={[
                { label: labels.name },
                { label: labels.role },
                { label: labels.connections },
                { label: labels.seen },
                { label: labels.actions, isLabelHidden: true },
              ]}
            >
              {data.users.map((each) => (
                <UserRow key={each.id} user={each} names={names} onDo={doing.mutate} />
              ))}
            </WideTable>
          </div>
        )}
      </Answered>
      <AddForm label={labels.addUser} onAdd={(added) => doing.mutate({ what: 'add', added })} />
    </Stack>
  );
}

interface UserRowProps {
  user: User;
  /** Of all visible connections. */
  names: string[];
  onDo(doing: Doing): void;
}

function UserRow({ user, names, onDo }: UserRowProps) {
  const { name, role, roles } = user;
  const differ = haveDifferent(roles);
  return (
    <Table.Tr>
      <Table.Td className="wrap">{name}</Table.Td>
      <Table.Td>
        <NativeSelect
          size="xs"
          w={110}
          aria-label={`${labels.role}: ${name}`}
          value={differ ? '' : role}
          data={[
            ...(differ ? [{ value: '', label: labels.differs, disabled: true }] : []),
            ...Object.entries(roleLabels).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(event) =>
            onDo({ what: 'change', user, change: { role: event.currentTarget.value as Role } })
          }
        />
      </Table.Td>
      <Table.Td>
        <RolesButton
          names={names}
          value={roles}
          role={role}
          about={name}
          onSave={(saved) => onDo({ what: 'change', user, change: changeTo(saved, user) })}
        />
      </Table.Td>
      <Table.Td>
        <Seen user={user} />
      </Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {user.link ? (
            <SmallButton
              about={`${labels.linkOpen}, ${name}`}
              onClick={() => onDo({ what: 'endLink', user })}
            >
              {labels.takeBack}
            </SmallButton>
          ) : null}
          <SmallButton about={name} onClick={() => onDo({ what: 'link', user })}>
            {labels.newLink}
          </SmallButton>
          <RemoveButton
            about={name}
            sure={labels.sureUser(name)}
            onRemove={() => onDo({ what: 'remove', user })}
          />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** Who had different roles gets the least for all connections; the admin sees it, and can raise it. */
function changeTo(
  roles: Roles,
  user: User,
): { role?: Role; connections?: null; roles?: Record<string, Role> } {
  if (roles !== null) return { roles };
  return haveDifferent(user.roles) ? { role: 'viewer', connections: null } : { connections: null };
}

/** The user of the demo has no password and has been seen. */
function Seen({ user: { hasPassword, lastSeenAt, link } }: { user: User }) {
  return (
    <>
      {lastSeenAt !== null ? (
        <Ago at={lastSeenAt} />
      ) : hasPassword ? (
        labels.never
      ) : (
        <Badge variant="default" tt="none" fw={500}>
          {labels.invited}
        </Badge>
      )}
      {link ? (
        <Text size="xs" c="dimmed">
          {labels.linkOpen} <Ago at={link.expiresAt} />
        </Text>
      ) : null}
    </>
  );
}
