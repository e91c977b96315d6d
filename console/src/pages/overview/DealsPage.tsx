import { Anchor, Group, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { entriesQuery, funnelQuery } from '../../api/queries.ts';
import type { StageEntry } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { DealLink } from '../../parts/DealLink.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { WideTable } from '../../parts/WideTable.tsx';
import { useConnection } from '../../shell/connection.ts';
import { missedHints, missedLabels, overviewTexts } from '../../texts.ts';
import { StageName } from '../rules/StageName.tsx';
import { PeriodChoice } from './PeriodChoice.tsx';
import { periodOf } from './period.ts';
import { ShowMore } from './ShowMore.tsx';
import type { DealsSearch } from './search.ts';
import { ToOverview } from './ToOverview.tsx';

const labels = overviewTexts.deals;

/** The deals behind a number of the overview, newest first. */
export function DealsPage() {
  const search = useSearch({ from: '/shell/deals' });
  const { connection, names } = useConnection();
  const navigate = useNavigate();
  const { pipeline, stage, step, reason, campaign, ...period } = search;
  // One moment for all pages of the list.
  const [openedAt] = useState(() => new Date());
  const filter = {
    ...{ ...periodOf(period, openedAt), connection, pipeline, stage, reason, campaign },
    step: step === 'entered' ? undefined : step,
  };
  const found = useInfiniteQuery(entriesQuery(filter));
  const rest = { ...(pipeline !== undefined && { pipeline }), ...(stage !== undefined && { stage }) };
  return (
    <Stack gap="md">
      <div>
        <ToOverview search={{ ...period, ...(pipeline !== undefined && { pipeline }) }} />
        <PageTitle>{titleOf(search)}</PageTitle>
        <Text size="sm" c="dimmed">
          {reason === undefined ? '' : missedHints[reason]}
        </Text>
      </div>
      <Group justify="space-between" align="flex-end" gap="xs">
        <PeriodChoice
          search={period}
          onChange={(chosen) =>
            void navigate({
              to: '/deals',
              search: {
                connection,
                ...chosen,
                ...rest,
                ...(step && { step }),
                ...(reason && { reason }),
                ...(campaign !== undefined && { campaign }),
              },
              replace: true,
            })
          }
        />
        <Place search={search} />
      </Group>
      <Answered of={found} lines={8}>
        {({ pages }) => (
          <List
            entries={pages.flatMap(({ entries }) => entries)}
            isOfAll={connection === undefined && names.length > 1}
          />
        )}
      </Answered>
      <ShowMore of={found} />
    </Stack>
  );
}

function titleOf({ step, reason }: DealsSearch): string {
  if (reason !== undefined) return labels.missedFor(missedLabels[reason]);
  return step === undefined ? labels.all : labels.titles[step];
}

/** The pipeline, stage and campaign that the list is limited to, by name. */
function Place({ search: { pipeline, stage, campaign, ...search } }: { search: DealsSearch }) {
  const { connection } = useConnection();
  const overview = useQuery({
    ...funnelQuery({ ...periodOf(search, new Date()), connection, pipeline }),
    enabled: pipeline !== undefined,
    refetchInterval: false as const,
  }).data;
  const funnel = overview?.funnels[0];
  const started = overview?.campaigns.find((each) => each.campaign === String(campaign));
  const found = funnel?.stages.find(({ id }) => id === stage);
  if (!funnel) return null;
  return (
    <Text size="sm" component="span">
      {funnel.name}
      {found ? (
        <>
          {' · '}
          <StageName name={found.name} color={found.color} />
        </>
      ) : null}
      {campaign === undefined
        ? null
        : ` · ${started?.name ?? overviewTexts.campaigns.unnamed(String(campaign))}`}
    </Text>
  );
}

function List({ entries, isOfAll }: { entries: StageEntry[]; isOfAll: boolean }) {
  if (entries.length === 0)
    return (
      <div className="card">
        <Empty title={labels.empty} hint={labels.emptyHint} />
      </div>
    );
  return (
    <div className="card">
      <WideTable
        label={labels.all}
        minWidth={760}
        columns={[
          { label: labels.client, width: '20%' },
          { label: labels.deal, width: '24%' },
          { label: labels.stage, width: '18%' },
          { label: labels.entered, width: '12%' },
          { label: labels.result },
        ]}
      >
        {entries.map((entry) => (
          <Row key={entry.event} entry={entry} isOfAll={isOfAll} />
        ))}
      </WideTable>
      <Text size="xs" c="dimmed" p="xs" role="status">
        {labels.shown(entries.length)}
      </Text>
    </div>
  );
}

function Row({ entry, isOfAll }: { entry: StageEntry; isOfAll: boolean }) {
  const { event, connection, client, person, dealId, deal, stage, pipeline, enteredAt } = entry;
  return (
    <Table.Tr>
      <Table.Td>
        {client === null && person === null ? (
          <Text size="sm" c="dimmed">
            {labels.noClient}
          </Text>
        ) : (
          <Anchor
            size="sm"
            className="wrap"
            renderRoot={(props) => (
              <Link to="/subject" search={{ q: person ?? String(dealId), connection }} {...props} />
            )}
          >
            {client ?? person}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td>
        <DealLink id={dealId} name={deal} connection={connection} />
      </Table.Td>
      <Table.Td>
        <StageName name={stage.name} color={stage.color} />
        <Text size="xs" c="dimmed">
          {isOfAll ? overviewTexts.inConnection(pipeline, connection) : pipeline}
        </Text>
      </Table.Td>
      <Table.Td>
        <Ago at={enteredAt} />
      </Table.Td>
      <Table.Td>
        <Result entry={entry} />
        <Next entry={entry} />
        <Anchor
          size="xs"
          renderRoot={(props) => <Link to="/activity/$id" params={{ id: String(event) }} {...props} />}
        >
          {labels.event}
        </Anchor>
      </Table.Td>
    </Table.Tr>
  );
}

/** How far the email came, or why there was none. */
function Result({ entry: { missed, why, openedAt, clickedAt } }: { entry: StageEntry }) {
  if (missed !== null)
    return (
      <>
        <Text size="sm" fw={600}>
          {missedLabels[missed]}
        </Text>
        {why === null ? null : (
          <Text size="xs" c="dimmed" className="wrap">
            {why}
          </Text>
        )}
      </>
    );
  return (
    <Text size="sm">
      {clickedAt !== null ? labels.clicked : openedAt !== null ? labels.opened : labels.emailed}
    </Text>
  );
}

/** Where the deal went from there. */
function Next({ entry: { next, pipeline } }: { entry: StageEntry }) {
  if (next === null)
    return (
      <Text size="xs" c="dimmed">
        {labels.stillHere}
      </Text>
    );
  return (
    <Text size="xs" c="dimmed" component="div">
      {labels.next} <StageName name={next.name} color={next.color} />
      {next.pipeline === pipeline ? null : ` · ${next.pipeline}`}
    </Text>
  );
}
