import { Badge, Group, NativeSelect, Stack, Table, Title } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, patch, post, remove } from '../../api/client.ts';
import type { Role, User } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Answered } from '../../parts/States.tsx';
import { roleLabels, texts } from '../../texts.ts';
import { AddForm } from './AddForm.tsx';
import { RemoveButton, SmallButton } from './Buttons.tsx';
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
  | { what: 'add'; name: string; role: Role }
  | { what: 'link' | 'remove'; user: User }
  | { what: 'role'; user: User; role: Role };

function run(doing: Doing): Promise<Partial<Invited>> {
  switch (doing.what) {
    case 'add':
      return post('/api/users', { name: doing.name, role: doing.role });
    case 'link':
      return post(`/api/users/${doing.user.id}/link`, {});
    case 'role':
      return patch<User>(`/api/users/${doing.user.id}`, { role: doing.role }).then(() => ({}));
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
            <Table.ScrollContainer
              minWidth={620}
              scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': labels.users, role: 'region' } }}
            >
              <Table verticalSpacing="xs" fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{labels.name}</Table.Th>
                    <Table.Th>{labels.role}</Table.Th>
                    <Table.Th>{labels.seen}</Table.Th>
                    <Table.Th>
                      <span className="sr-only">{labels.actions}</span>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.users.map((each) => (
                    <UserRow key={each.id} user={each} onDo={doing.mutate} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </div>
        )}
      </Answered>
      <AddForm label={labels.addUser} onAdd={(name, role) => doing.mutate({ what: 'add', name, role })} />
    </Stack>
  );
}

function UserRow({ user, onDo }: { user: User; onDo(doing: Doing): void }) {
  const { name, role, lastSeenAt, hasPassword } = user;
  return (
    <Table.Tr>
      <Table.Td className="wrap">{name}</Table.Td>
      <Table.Td>
        <NativeSelect
          size="xs"
          w={110}
          aria-label={`${labels.role}: ${name}`}
          value={role}
          data={Object.entries(roleLabels).map(([value, label]) => ({ value, label }))}
          onChange={(event) => onDo({ what: 'role', user, role: event.currentTarget.value as Role })}
        />
      </Table.Td>
      <Table.Td>
        {hasPassword ? (
          lastSeenAt === null ? (
            labels.never
          ) : (
            <Ago at={lastSeenAt} />
          )
        ) : (
          <Badge variant="default" tt="none" fw={500}>
            {labels.invited}
          </Badge>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
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
