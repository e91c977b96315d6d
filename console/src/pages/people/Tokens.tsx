import { Code, Stack, Table, Text, Title } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post, remove } from '../../api/client.ts';
import type { Role, Token } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Answered } from '../../parts/States.tsx';
import { roleLabels, texts } from '../../texts.ts';
import { AddForm } from './AddForm.tsx';
import { RemoveButton } from './Buttons.tsx';
import { Problem, ShownOnce } from './ShownOnce.tsx';

const labels = texts.people;

const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => get<{ tokens: Token[] }>('/api/tokens', {}, signal),
});

interface Made {
  token: Token;
  secret: string;
}

type Doing = { what: 'add'; name: string; role: Role } | { what: 'remove'; token: Token };

function run(doing: Doing): Promise<Partial<Made>> {
  if (doing.what === 'add') return post('/api/tokens', { name: doing.name, role: doing.role });
  return remove(`/api/tokens/${doing.token.id}`);
}

export function Tokens() {
  const tokens = useQuery(tokensQuery);
  const client = useQueryClient();
  const doing = useMutation({
    mutationFn: run,
    onSettled: () =>
      Promise.all(
        [tokensQuery.queryKey, ['audit']].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
  const { token, secret } = doing.data ?? {};
  return (
    <Stack gap="sm" component="section" aria-label={labels.tokens}>
      <Title order={2}>{labels.tokens}</Title>
      <Text size="sm" c="dimmed">
        {labels.tokensHint}
      </Text>
      <Problem of={doing.error} />
      {token && secret ? <ShownOnce lead={labels.secretOf(token.name)} secret={secret} /> : null}
      <Answered of={tokens} lines={2}>
        {(data) =>
          data.tokens.length === 0 ? (
            <Text size="sm">{labels.noTokens}</Text>
          ) : (
            <div className="card">
              <Table.ScrollContainer
                minWidth={620}
                scrollAreaProps={{
                  viewportProps: { tabIndex: 0, 'aria-label': labels.tokens, role: 'region' },
                }}
              >
                <Table verticalSpacing="xs" fz="sm">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{labels.name}</Table.Th>
                      <Table.Th>{labels.role}</Table.Th>
                      <Table.Th>{labels.made}</Table.Th>
                      <Table.Th>{labels.used}</Table.Th>
                      <Table.Th>
                        <span className="sr-only">{labels.actions}</span>
                      </Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {data.tokens.map((each) => (
                      <Table.Tr key={each.id}>
                        <Table.Td className="wrap">
                          {each.name} <Code>{each.begins}…</Code>
                        </Table.Td>
                        <Table.Td>{roleLabels[each.role]}</Table.Td>
                        <Table.Td>
                          <Ago at={each.createdAt} /> {labels.by} {each.createdBy}
                        </Table.Td>
                        <Table.Td>
                          {each.lastUsedAt === null ? labels.never : <Ago at={each.lastUsedAt} />}
                        </Table.Td>
                        <Table.Td ta="right">
                          <RemoveButton
                            about={each.name}
                            sure={labels.sureToken(each.name)}
                            onRemove={() => doing.mutate({ what: 'remove', token: each })}
                          />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </div>
          )
        }
      </Answered>
      <AddForm label={labels.addToken} onAdd={(name, role) => doing.mutate({ what: 'add', name, role })} />
    </Stack>
  );
}
