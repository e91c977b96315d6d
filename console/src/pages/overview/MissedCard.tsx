import { Anchor, Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { FunnelOverview } from '../../api/types.ts';
import { number } from '../../languages/locale.ts';
import { overviewTexts as labels, missedHints, missedLabels } from '../../texts.ts';
import classes from './overview.module.css';
import type { OverviewSearch } from './search.ts';

interface MissedCardProps {
  missed: FunnelOverview['missed'];
  entered: number;
  search: OverviewSearch;
}

/** Why deals that entered a stage were not emailed; each reason leads to its deals. */
export function MissedCard({ missed, entered, search }: MissedCardProps) {
  const total = missed.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className={`card ${classes.part}`} aria-label={labels.missedTitle}>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2}>{labels.missedTitle}</Title>
        <Text size="sm" c="dimmed" className="number">
          {labels.missedOf(total, entered)}
        </Text>
      </Group>
      {total === 0 ? <Text size="sm">{labels.missedNone}</Text> : null}
      <ul className={classes.reasons}>
        {missed.map(({ reason, count }) => (
          <li key={reason}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link to="/deals" search={{ ...search, step: 'missed', reason }} {...props} />
                )}
              >
                {missedLabels[reason]}
              </Anchor>
              <Text span size="sm" fw={600} className="number">
                {number(count)}
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {missedHints[reason]}
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}
