import { Button, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { funnelQuery, healthQuery } from '../../api/queries.ts';
import type { FunnelOverview, Health } from '../../api/types.ts';
import { day } from '../../languages/locale.ts';
import { useNow } from '../../parts/clock.ts';
import { Fold } from '../../parts/Fold.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { overviewTexts as labels, texts } from '../../texts.ts';
import { headlineOf, healthOfConnection } from '../system/headline.ts';
import { CampaignCard } from './CampaignCard.tsx';
import { ConnectionFlows } from './ConnectionFlows.tsx';
import { FactCards } from './FactCards.tsx';
import { FunnelCard } from './FunnelCard.tsx';
import { HealthLine } from './HealthLine.tsx';
import { MissedCard } from './MissedCard.tsx';
import classes from './overview.module.css';
import { PeriodChoice } from './PeriodChoice.tsx';
import { type PeriodSearch, periodOf } from './period.ts';
import { pipelineOptions } from './pipeline-options.ts';
import type { OverviewSearch } from './search.ts';

/** The first page: what became of the deals that entered a stage. */
export function OverviewPage() {
  const search = useSearch({ from: '/shell/' });
  const { connection } = useConnection();
  // A day that ends while the page is open.
  const today = new Date(useNow(60_000));
  const funnel = useQuery(funnelQuery({ ...periodOf(search, today), connection, pipeline: search.pipeline }));
  const health = useQuery(healthQuery);
  return (
    <Stack gap="md">
      <PageTitle isHidden mark={markOf(health.data)}>
        {texts.now.title}
      </PageTitle>
      <Answered of={health} lines={1}>
        {(data) => <HealthLine health={healthOfConnection(data, connection)} connection={connection} />}
      </Answered>
      <Choices search={search} pipelines={funnel.data?.pipelines ?? []} />
      <Answered of={funnel} lines={8}>
        {(data) => <Numbers data={data} search={search} />}
      </Answered>
    </Stack>
  );
}

/** Shows the number of issues in the browser tab's title. */
function markOf(health: Health | undefined): string {
  const bad = health ? headlineOf(health).items.filter(({ light }) => light === 'broken').length : 0;
  return bad === 0 ? '' : `(${bad}) `;
}

interface ChoicesProps {
  search: OverviewSearch;
  pipelines: FunnelOverview['pipelines'];
}

function Choices({ search, pipelines }: ChoicesProps) {
  const navigate = useNavigate();
  const { connection, names } = useConnection();
  const isAlone = names.length < 2 || connection !== undefined;
  const options = pipelineOptions(pipelines, isAlone);
  const change = (changed: OverviewSearch) =>
    void navigate({ to: '/', search: { connection, ...changed }, replace: true });
  const { pipeline, ...period } = search;
  return (
    <Group justify="space-between" align="flex-end" gap="xs">
      <PeriodChoice
        search={period}
        onChange={(chosen: PeriodSearch) =>
          change({ ...chosen, ...(pipeline !== undefined && { pipeline }) })
        }
      />
      {options.length > 1 ? (
        <Select
          size="xs"
          w={{ base: '100%', xs: 240 }}
          aria-label={labels.pipeline}
          searchable
          allowDeselect={false}
          data={[{ value: '', label: labels.allPipelines }, ...options]}
          value={pipeline === undefined ? '' : String(pipeline)}
          onChange={(value) => change({ ...period, ...(value ? { pipeline: Number(value) } : {}) })}
        />
      ) : null}
    </Group>
  );
}

function Numbers({ data, search }: { data: FunnelOverview; search: OverviewSearch }) {
  const { connection, names } = useConnection();
  const isAlone = names.length < 2 || connection !== undefined;
  const entered = data.funnels.reduce((sum, funnel) => sum + funnel.entered, 0);
  return (
    <Stack gap="sm">
      {entered === 0 ? <Nothing hasPast={data.firstAt !== null} search={search} /> : null}
      {data.funnels.map((funnel) => (
        <FunnelCard
          key={`${funnel.connection} ${funnel.id}`}
          funnel={funnel}
          isAlone={isAlone}
          search={search}
        />
      ))}
      <CampaignCard campaigns={data.campaigns} isAlone={isAlone} search={search} />
      {data.more > 0 ? <Text size="sm">{labels.moreFunnels(data.more)}</Text> : null}
      {entered === 0 ? null : (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
          <MissedCard missed={data.missed} entered={entered} search={search} />
          <FactCards {...data} search={search} />
        </SimpleGrid>
      )}
      <Help data={data} />
    </Stack>
  );
}

/** No deal has moved: what to do. */
function Nothing({ hasPast, search }: { hasPast: boolean; search: OverviewSearch }) {
  const isShort = hasPast && search.period !== '30d';
  return (
    <div className="card">
      {hasPast ? null : <ConnectionFlows />}
      <Empty
        title={labels.empty}
        hint={isShort ? labels.emptyHint : labels.firstHint}
        action={
          isShort ? (
            <Button
              size="xs"
              variant="default"
              mt="xs"
              renderRoot={(props) => <Link to="/" search={{ ...search, period: '30d' }} {...props} />}
            >
              {labels.show30}
            </Button>
          ) : (
            <Button
              size="xs"
              variant="default"
              mt="xs"
              renderRoot={(props) => <Link to="/rules" {...props} />}
            >
              {labels.toRules}
            </Button>
          )
        }
      />
    </div>
  );
}

function Help({ data: { firstAt, countedTo } }: { data: FunnelOverview }) {
  return (
    <Stack gap={4}>
      <Fold title={labels.help}>
        <dl className={classes.help}>
          {labels.helpItems.map(([word, text]) => (
            <div key={word}>
              <Text component="dt" size="sm">
                {word}
              </Text>
              <Text component="dd" size="sm" c="dimmed" maw={760}>
                {text}
              </Text>
            </div>
          ))}
        </dl>
      </Fold>
      {firstAt === null ? null : (
        <Text size="xs" c="dimmed">
          {labels.stored(day(firstAt))}
        </Text>
      )}
      {countedTo === null ? (
        <Text size="sm" c="dimmed" role="status">
          {texts.now.catchingUp}
        </Text>
      ) : null}
    </Stack>
  );
}
