import { Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';
import type { AuditEntry } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Answered } from '../../parts/States.tsx';
import { WideTable } from '../../parts/WideTable.tsx';
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
      <WideTable
        label={labels.audit}
        minWidth={520}
        columns={[
          { label: labels.when, width: '16%' },
          { label: labels.who, width: '20%' },
          { label: labels.what },
        ]}
      >
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
      </WideTable>
    </div>
  );
}
