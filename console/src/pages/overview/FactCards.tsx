import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FunnelOverview } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { roughly } from '../../parts/when.ts';
import { overviewTexts as labels } from '../../texts.ts';
import classes from './overview.module.css';
import type { LostKind, OverviewSearch } from './search.ts';

/** Clients who were lost, and how long emails take. */
export function FactCards({
  unsubscribed,
  bounced,
  times,
  search: { pipeline: _, ...period },
}: Pick<FunnelOverview, 'unsubscribed' | 'bounced' | 'times'> & { search: OverviewSearch }) {
  const lost = (kind: LostKind, count: number) =>
    count === 0 ? (
      number(count)
    ) : (
      <Anchor
        size="sm"
        fw={600}
        aria-label={labels.lost.numberLabel(labels[kind], count)}
        renderRoot={(props) => <Link to="/lost" search={{ ...period, kind }} {...props} />}
      >
        {number(count)}
      </Anchor>
    );
  const span = (ms: number | null) => (ms === null ? labels.noTime : roughly(ms));
  return (
    <Stack gap="sm">
      <Facts
        title={labels.lossTitle}
        scope={labels.lossScope}
        facts={[
          [labels.unsubscribed, lost('unsubscribed', unsubscribed)],
          [labels.bounced, lost('bounced', bounced)],
        ]}
      />
      <Facts
        title={labels.timesTitle}
        scope={labels.timesScope}
        facts={[
          [labels.accepted, span(times.accepted)],
          [labels.emailed, span(times.emailed)],
        ]}
      />
    </Stack>
  );
}

interface FactsProps {
  title: string;
  scope: string;
  facts: [label: string, value: ReactNode][];
}

function Facts({ title, scope, facts }: FactsProps) {
  return (
    <section className={`card ${classes.part}`} aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <dl className={classes.facts}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <Text component="dt" size="sm">
              {label}
            </Text>
            <Text component="dd" size="sm">
              {value}
            </Text>
          </div>
        ))}
      </dl>
      <Text size="xs" c="dimmed" mt={4}>
        {scope}
      </Text>
    </section>
  );
}
