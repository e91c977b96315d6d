import { Anchor, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { StartedCampaign } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { WideTable } from '../../parts/WideTable.tsx';
import { overviewTexts, stepLabels } from '../../texts.ts';
import { StageName } from '../rules/StageName.tsx';
import classes from './overview.module.css';
import type { OverviewSearch } from './search.ts';

const labels = overviewTexts.campaigns;

interface CampaignCardProps {
  campaigns: StartedCampaign[];
  /** The connection is shown where there are several. */
  isAlone: boolean;
  search: OverviewSearch;
}

/** What became of the emails of each campaign, by the stage that starts it. */
export function CampaignCard({ campaigns, isAlone, search }: CampaignCardProps) {
  if (campaigns.length === 0) return null;
  return (
    <section className={`card ${classes.part}`} aria-label={labels.title}>
      <Title order={2} mb="xs">
        {labels.title}
      </Title>
      <WideTable
        label={labels.title}
        minWidth={760}
        columns={[
          { label: labels.campaign, width: '30%' },
          { label: overviewTexts.stage, width: '26%' },
          { label: stepLabels.entered, width: '10%' },
          { label: stepLabels.emailed, width: '11%' },
          { label: stepLabels.opened, width: '11%' },
          { label: stepLabels.clicked },
        ]}
      >
        {campaigns.map((row) => (
          <Row
            key={`${row.connection} ${row.campaign} ${row.pipeline.id} ${row.stage.id}`}
            row={row}
            isAlone={isAlone}
            search={search}
          />
        ))}
      </WideTable>
      <Text size="xs" c="dimmed" mt={4}>
        {labels.scope}
      </Text>
    </section>
  );
}

function Row({ row, isAlone, search }: { row: StartedCampaign; isAlone: boolean; search: OverviewSearch }) {
  const { connection, campaign, name, pipeline, stage, entered, emailed } = row;
  const title = name ?? labels.unnamed(campaign);
  const from = { ...search, pipeline: pipeline.id, stage: stage.id };
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" className="wrap">
          {title}
        </Text>
      </Table.Td>
      <Table.Td>
        <StageName name={stage.name} color={stage.color} />
        <Text size="xs" c="dimmed">
          {isAlone ? pipeline.name : overviewTexts.inConnection(pipeline.name, connection)}
        </Text>
      </Table.Td>
      <Table.Td>
        <span className="number">{number(entered)}</span>
      </Table.Td>
      {(['emailed', 'opened', 'clicked'] as const).map((step) => (
        <Table.Td key={step}>
          <span className={classes.share}>
            {row[step] === 0 ? (
              <span className="number">{number(0)}</span>
            ) : (
              <Anchor
                size="sm"
                className="number"
                aria-label={overviewTexts.numberLabel(row[step], stepLabels[step], title)}
                renderRoot={(props) => (
                  <Link to="/deals" search={{ ...from, campaign: Number(campaign), step }} {...props} />
                )}
              >
                {number(row[step])}
              </Anchor>
            )}
            <Text span size="xs" c="dimmed" className="number">
              {overviewTexts.share(row[step], step === 'emailed' ? entered : emailed)}
            </Text>
          </span>
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
