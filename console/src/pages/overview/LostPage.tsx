import { Anchor, Group, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { lostQuery } from '../../api/queries.ts';
import type { LostClient } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { DealLink } from '../../parts/DealLink.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { WideTable } from '../../parts/WideTable.tsx';
import { useConnection } from '../../shell/connection.ts';
import { overviewTexts } from '../../texts.ts';
import { PeriodChoice } from './PeriodChoice.tsx';
import { periodOf } from './period.ts';
import { ShowMore } from './ShowMore.tsx';
import type { LostKind, LostSearch } from './search.ts';
import { ToOverview } from './ToOverview.tsx';

const labels = overviewTexts.lost;

/** The clients who unsubscribed, or whose addresses bounced, newest first. */
export function LostPage() {
  const { kind = 'unsubscribed', ...period } = useSearch({ from: '/shell/lost' });
  const { connection, names } = useConnection();
  const navigate = useNavigate();
  // One moment for all pages of the list.
  const [openedAt] = useState(() => new Date());
  const found = useInfiniteQuery(lostQuery({ ...periodOf(period, openedAt), connection, kind }));
  const show = (search: LostSearch) =>
    void navigate({ to: '/lost', search: { connection, kind, ...search }, replace: true });
  return (
    <Stack gap="md">
      <div>
        <ToOverview search={period} />
        <PageTitle>{labels.titles[kind]}</PageTitle>
        <Text size="sm" c="dimmed">
          {labels.hints[kind]}
        </Text>
      </div>
      <Group justify="space-between" align="flex-end" gap="xs">
        <PeriodChoice search={period} onChange={show} />
        <SegmentedControl
          size="xs"
          aria-label={labels.what}
          value={kind}
          onChange={(value) => show({ ...period, kind: value as LostKind })}
          data={[
            { value: 'unsubscribed', label: labels.facts.unsubscribed },
            { value: 'bounced', label: labels.facts.bounced },
          ]}
        />
      </Group>
      <Answered of={found} lines={8}>
        {({ pages }) => (
          <List
            clients={pages.flatMap(({ clients }) => clients)}
            isOfAll={connection === undefined && names.length > 1}
          />
        )}
      </Answered>
      <ShowMore of={found} />
    </Stack>
  );
}

function List({ clients, isOfAll }: { clients: LostClient[]; isOfAll: boolean }) {
  if (clients.length === 0)
    return (
      <div className="card">
        <Empty title={labels.empty} hint={labels.emptyHint} />
      </div>
    );
  return (
    <div className="card">
      <WideTable
        label={overviewTexts.lossTitle}
        minWidth={640}
        columns={[
          { label: labels.client, width: '34%' },
          { label: labels.deal, width: '28%' },
          { label: labels.what, width: '22%' },
          { label: labels.since },
        ]}
      >
        {clients.map((client) => (
          <Row key={`${client.connection} ${client.person}`} lost={client} isOfAll={isOfAll} />
        ))}
      </WideTable>
      <Text size="xs" c="dimmed" p="xs" role="status">
        {labels.shown(clients.length)}
      </Text>
    </div>
  );
}

function Row({ lost, isOfAll }: { lost: LostClient; isOfAll: boolean }) {
  const { connection, person, client, deal, dealId, what, event, at } = lost;
  const below = [client === null ? null : person, isOfAll ? connection : null].filter(
    (text) => text !== null,
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          className="wrap"
          renderRoot={(props) => <Link to="/subject" search={{ q: person, connection }} {...props} />}
        >
          {client ?? person}
        </Anchor>
        <Text size="xs" c="dimmed" className="wrap">
          {below.join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td>
        {dealId === null ? (
          <Text size="sm" c="dimmed">
            {labels.noDeal}
          </Text>
        ) : (
          <DealLink id={dealId} name={deal} connection={connection} />
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{labels.facts[what]}</Text>
        {event === null ? null : (
          <Anchor
            size="xs"
            renderRoot={(props) => <Link to="/activity/$id" params={{ id: String(event) }} {...props} />}
          >
            {overviewTexts.deals.event}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>
        <Ago at={at} />
      </Table.Td>
    </Table.Tr>
  );
}
