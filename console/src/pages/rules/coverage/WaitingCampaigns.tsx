import { Code, List, Stack, Text } from '@mantine/core';
import type { Coverage } from '../../../api/types.ts';
import { Fold } from '../../../parts/Fold.tsx';
import { coverageTexts as labels } from '../../../texts.ts';
import { CampaignName } from './CampaignName.tsx';
import classes from './coverage.module.css';

/**
 * Campaigns that wait for an event that no rule sends. A name that is nearly that of a rule is worth a look; what other
 * systems send stays folded.
 */
export function WaitingCampaigns({ coverage: { events, unsent, unsentCount } }: { coverage: Coverage }) {
  const isMissing = (event: string | null) =>
    events.some((one) => one.event === event && one.status !== 'running');
  // The sentence about a missing campaign names these already.
  const similar = unsent.filter(({ similarTo }) => similarTo !== null && !isMissing(similarTo));
  const others = unsent.filter(({ similarTo }) => similarTo === null);
  const otherCount = unsentCount - (unsent.length - others.length);
  return (
    <>
      {similar.length > 0 ? (
        <List size="sm" className={classes.sentences}>
          {similar.map(({ event, text }) => (
            <List.Item key={event} className="wrap">
              {text}
            </List.Item>
          ))}
        </List>
      ) : null}
      {others.length > 0 ? (
        <Fold title={labels.others(otherCount)}>
          <Stack gap="xs" mt="xs">
            <Text size="sm" c="dimmed">
              {labels.othersHint}
            </Text>
            {others.map(({ event, campaigns }) => (
              <div key={event}>
                <Code className="wrap">{event}</Code>
                {campaigns.map((campaign) => (
                  <Text key={campaign.id} size="sm" component="div">
                    <CampaignName campaign={campaign} />
                  </Text>
                ))}
              </div>
            ))}
            {otherCount > others.length ? (
              <Text size="sm" c="dimmed">
                {labels.moreOthers(otherCount - others.length)}
              </Text>
            ) : null}
          </Stack>
        </Fold>
      ) : null}
    </>
  );
}
