import { Stack, Text, Title } from '@mantine/core';
import type { FunnelOverview } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { roughly } from '../../parts/when.ts';
import { overviewTexts as labels } from '../../texts.ts';
import classes from './overview.module.css';

/** Clients who were lost, and how long emails take. */
export function FactCards({
  unsubscribed,
  bounced,
  times,
}: Pick<FunnelOverview, 'unsubscribed' | 'bounced' | 'times'>) {
  const span = (ms: number | null) => (ms === null ? labels.noTime : roughly(ms));
  return (
    <Stack gap="sm">
      <Facts
        title={labels.lossTitle}
        scope={labels.lossScope}
        facts={[
          [labels.unsubscribed, number(unsubscribed)],
          [labels.bounced, number(bounced)],
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
  facts: [label: string, value: string][];
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
