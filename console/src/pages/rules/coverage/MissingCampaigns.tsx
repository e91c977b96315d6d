import { Alert, Text } from '@mantine/core';
import type { Coverage } from '../../../api/types.ts';
import { coverageTexts as labels } from '../../../texts.ts';
import classes from './coverage.module.css';

/** Before rules are published: their events from which no running campaign starts. That is no mistake: a campaign may follow. */
export function MissingCampaigns({ coverage }: { coverage: Coverage | undefined }) {
  const missing = coverage?.events.filter(({ status }) => status === 'idle' || status === 'none') ?? [];
  if (missing.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" title={labels.missing(missing.length)}>
      <ul className={classes.sentences}>
        {missing.map(({ event, text }) => (
          <li key={event}>
            <Text size="sm" className="wrap">
              {text}
            </Text>
          </li>
        ))}
      </ul>
      <Text size="sm" mt={4}>
        {labels.onPublishHint}
      </Text>
    </Alert>
  );
}
