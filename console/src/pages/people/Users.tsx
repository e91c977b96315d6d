import { Badge, Group, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, patch, post, remove } from '../../api/client.ts';
import type { Role, User } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Answered } from '../../parts/States.tsx';
import { roleLabels, texts } from '../../texts.ts';
import { type Added, AddForm, useConnectionNames } from './AddForm.tsx';
import { RemoveButton, SmallButton } from './Buttons.tsx';
import { type Limit, LimitButton } from './Limit.tsx';
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
  | { what: 'change'; user: User; change: { role?: Role; connections?: Limit } };

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
            <Table.ScrollContainer
              minWidth={620}
              scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': labels.users, role: 'region' } }}
            >
              <Table verticalSpacing="xs" fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{labels.name}</Table.Th>
                    <Table.Th>{labels.role}</Table.Th>
                    <Table.Th>{labels.connections}</Table.Th>
                    <Table.Th>{labels.seen}</Table.Th>
                    <Table.Th>
                      <span className="sr-only">{labels.actions}</span>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.users.map((each) => (
                    <UserRow key={each.id} user={each} names={names} onDo={doing.mutate} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
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
  const { name, role, connections } = user;
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
          onChange={(event) =>
            onDo({ what: 'change', user, change: { role: event.currentTarget.value as Role } })
          }
        />
      </Table.Td>
      <Table.Td>
        <LimitButton
          names={names}
          value={connections}
          about={name}
          onSave={(limit) => onDo({ what: 'change', user, change: { connections: limit } })}
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

function Seen({ user: { hasPassword, lastSeenAt, link } }: { user: User }) {
  return (
    <>
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
      {link ? (
        <Text size="xs" c="dimmed">
          {labels.linkOpen} <Ago at={link.expiresAt} />
        </Text>
      ) : null}
    </>
  );
}
