import { Anchor, Group, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CSSProperties, ReactNode } from 'react';
import type { FunnelStage, PipelineFunnel } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { WideTable } from '../../parts/WideTable.tsx';
import { overviewTexts as labels, stepLabels } from '../../texts.ts';
import { StageName } from '../rules/StageName.tsx';
import classes from './overview.module.css';
import type { DealsSearch, OverviewSearch, Step } from './search.ts';

const COUNTED = ['entered', 'emailed', 'opened', 'clicked', 'moved_on'] as const;

interface FunnelCardProps {
  funnel: PipelineFunnel;
  /** The connection is part of the title where several are shown. */
  isAlone: boolean;
  search: OverviewSearch;
}

/** A pipeline: each stage in Kommo's colour, with what became of the deals that entered it. */
export function FunnelCard({ funnel, isAlone, search }: FunnelCardProps) {
  const { connection, id, name, stages } = funnel;
  const title = isAlone ? name : labels.inConnection(name, connection);
  const most = Math.max(1, ...stages.map(({ entered }) => entered));
  return (
    <section className={`card ${classes.part}`} aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <WideTable
        label={title}
        minWidth={860}
        columns={[
          { label: labels.stage, width: '27%' },
          { label: stepLabels.entered, width: '10%' },
          { label: stepLabels.emailed, width: '11%' },
          { label: stepLabels.opened, width: '11%' },
          { label: stepLabels.clicked, width: '11%' },
          { label: stepLabels.moved_on, width: '11%' },
          { label: labels.funnel, isLabelHidden: true },
        ]}
      >
        {stages.map((stage) => (
          <Table.Tr key={stage.id} className={classes.stage}>
            <Table.Td>
              <StageName name={stage.name} color={stage.color} />
              <Starts stage={stage} />
            </Table.Td>
            {COUNTED.map((step) => (
              <Table.Td key={step}>
                <Count
                  stage={stage}
                  step={step}
                  search={{ ...search, pipeline: id, stage: stage.id, step }}
                />
              </Table.Td>
            ))}
            <Table.Td>{stage.entered === 0 ? null : <Bars stage={stage} most={most} />}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
      <Legend />
    </section>
  );
}

/** What entering the stage starts. */
function Starts({ stage: { event, campaigns } }: { stage: FunnelStage }) {
  const text =
    campaigns.length > 0 ? labels.starts(campaigns) : event === null ? labels.noRule : labels.sends(event);
  return (
    <Text size="xs" c="dimmed" className="wrap">
      {text}
    </Text>
  );
}

interface CountProps {
  stage: FunnelStage;
  step: Exclude<Step, 'missed'>;
  search: DealsSearch;
}

/** A number, which leads to its deals. */
function Count({ stage, step, search }: CountProps) {
  const count = step === 'moved_on' ? stage.movedOn : stage[step];
  return (
    <Share count={count} of={step === 'entered' ? 0 : stage.entered}>
      {count === 0 ? (
        number(count)
      ) : (
        <Anchor
          size="sm"
          aria-label={labels.numberLabel(count, stepLabels[step], stage.name)}
          renderRoot={(props) => <Link to="/deals" search={search} {...props} />}
        >
          {number(count)}
        </Anchor>
      )}
    </Share>
  );
}

/** A number, with its share of the entries; 0 where it has none. */
function Share({ count, of, children }: { count: number; of: number; children: ReactNode }) {
  return (
    <span className={classes.share}>
      <span className="number">{children}</span>
      <Text span size="xs" c="dimmed" className="number">
        {labels.share(count, of)}
      </Text>
    </span>
  );
}

/** The numbers of the row as bars within each other, for the eye only: the table says the same. */
function Bars({ stage, most }: { stage: FunnelStage; most: number }) {
  const width = (count: number) => ({ width: `${(100 * count) / most}%` });
  return (
    <div
      className={classes.bars}
      style={{ '--stage': stage.color ?? undefined } as CSSProperties}
      aria-hidden="true"
    >
      <span className={classes.entered} style={width(stage.entered)} />
      <span className={classes.emailed} style={width(stage.emailed)} />
      <span className={classes.opened} style={width(stage.opened)} />
    </div>
  );
}

function Legend() {
  return (
    <Group gap="md" mt="xs" aria-hidden="true">
      {(['entered', 'emailed', 'opened'] as const).map((step) => (
        <Group key={step} gap={6} wrap="nowrap">
          <span className={`${classes.swatch} ${classes[step]}`} />
          <Text size="xs">{labels.legend[step]}</Text>
        </Group>
      ))}
    </Group>
  );
}
