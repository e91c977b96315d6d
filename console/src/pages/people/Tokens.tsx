import { Checkbox, Code, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post, remove } from '../../api/client.ts';
import type { Token } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Answered } from '../../parts/States.tsx';
import { WideTable } from '../../parts/WideTable.tsx';
import { roleLabels, texts } from '../../texts.ts';
import { type Added, AddForm } from './AddForm.tsx';
import { RemoveButton } from './Buttons.tsx';
import { haveDifferent, rolesText } from './Roles.tsx';
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

type NewToken = Added & { expiresInDays: number | null; managesPeople: boolean };

type Doing = { what: 'add'; added: NewToken } | { what: 'remove'; token: Token };

function run(doing: Doing): Promise<Partial<Made>> {
  if (doing.what === 'add') return post('/api/tokens', doing.added);
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
              <WideTable
                label={labels.tokens}
                minWidth={620}
                columns={[
                  { label: labels.name },
                  { label: labels.role },
                  { label: labels.made },
                  { label: labels.used },
                  { label: labels.ends },
                  { label: labels.actions, isLabelHidden: true },
                ]}
              >
                {data.tokens.map((each) => (
                  <TokenRow
                    key={each.id}
                    token={each}
                    onRemove={() => doing.mutate({ what: 'remove', token: each })}
                  />
                ))}
              </WideTable>
            </div>
          )
        }
      </Answered>
      <AddForm
        label={labels.addToken}
        onAdd={(added, form) => doing.mutate({ what: 'add', added: { ...added, ...choicesIn(form) } })}
      >
        <NativeSelect
          size="xs"
          name="ends"
          label={labels.ends}
          defaultValue="365"
          data={Object.entries(labels.endsAfter).map(([value, label]) => ({ value, label }))}
        />
        <Checkbox size="xs" name="managesPeople" label={labels.managesPeople} pb={7} />
      </AddForm>
    </Stack>
  );
}

function choicesIn(form: FormData): Pick<NewToken, 'expiresInDays' | 'managesPeople'> {
  const ends = form.get('ends');
  return {
    expiresInDays: ends === 'never' ? null : Number(ends),
    managesPeople: form.get('managesPeople') !== null,
  };
}

/** Ms. A token that was not used for so long may be needed no more. */
const UNUSED_MS = 90 * 86_400_000;

function TokenRow({ token, onRemove }: { token: Token; onRemove(): void }) {
  const { name, begins, role, roles, createdAt, createdBy, maker, lastUsedAt, expiresAt } = token;
  const isUnused = Date.now() - (lastUsedAt ?? createdAt) > UNUSED_MS;
  return (
    <Table.Tr>
      <Table.Td className="wrap">
        {name} <Code>{begins}…</Code>
      </Table.Td>
      <Table.Td>
        {haveDifferent(roles) ? labels.differs : roleLabels[role]}
        {roles === null ? null : <Small>{rolesText(roles)}</Small>}
        {token.managesPeople ? <Small>{labels.managesPeople}</Small> : null}
      </Table.Td>
      <Table.Td>
        <Ago at={createdAt} /> {maker === 'user' ? `${labels.by} ${createdBy}` : labels.maker[maker]}
      </Table.Td>
      <Table.Td>
        {lastUsedAt === null ? labels.never : <Ago at={lastUsedAt} />}
        {isUnused ? <Small>{labels.unused}</Small> : null}
      </Table.Td>
      <Table.Td>{expiresAt === null ? labels.never : <Ago at={expiresAt} />}</Table.Td>
      <Table.Td ta="right">
        <RemoveButton about={name} sure={labels.sureToken(name)} onRemove={onRemove} />
      </Table.Td>
    </Table.Tr>
  );
}

function Small({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}
