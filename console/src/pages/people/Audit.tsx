import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';
import type { AuditEntry } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Answered } from '../../parts/States.tsx';
import { texts } from '../../texts.ts';

const labels = texts.people;

interface Page {
  entries: AuditEntry[];
  next: number | null;
}

export function Audit() {
  const audit = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) => get<Page>('/api/audit', { before: pageParam }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Stack gap="sm" component="section" aria-label={labels.audit}>
      <Title order={2}>{labels.audit}</Title>
      <Answered of={audit}>
        {({ pages }) => <Entries entries={pages.flatMap(({ entries }) => entries)} />}
      </Answered>
      {audit.hasNextPage ? (
        <Anchor component="button" size="sm" onClick={() => void audit.fetchNextPage()}>
          {labels.more}
        </Anchor>
      ) : null}
    </Stack>
  );
}

function Entries({ entries }: { entries: AuditEntry[] }) {
  if (entries.length === 0) return <Text size="sm">{labels.noAudit}</Text>;
  return (
    <div className="card">
      <Table.ScrollContainer
        minWidth={520}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': labels.audit, role: 'region' } }}
      >
        <Table verticalSpacing="xs" fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="16%">{labels.when}</Table.Th>
              <Table.Th w="20%">{labels.who}</Table.Th>
              <Table.Th>{labels.what}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map(({ id, at, who, kind, what, detail, address, count }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Ago at={at} />
                </Table.Td>
                <Table.Td className="wrap" title={address ?? undefined}>
                  {who}
                  {kind === null ? null : (
                    <Text span size="xs" c="dimmed">
                      {` (${labels.kinds[kind]})`}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td className="wrap">
                  {labels.whats[what] ?? what}
                  {detail ? `: ${detail}` : ''}
                  {count > 1 ? ` (${labels.times(count)})` : ''}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
