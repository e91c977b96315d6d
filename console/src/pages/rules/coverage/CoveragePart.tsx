import { Alert, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Coverage } from '../../../api/types.ts';
import { Ago } from '../../../parts/Ago.tsx';
import { Light } from '../../../parts/Light.tsx';
import { coverageTexts as labels } from '../../../texts.ts';
import rulesClasses from '../rules.module.css';
import classes from './coverage.module.css';
import { refreshCoverage } from './queries.ts';
import { WaitingCampaigns } from './WaitingCampaigns.tsx';

/** Whether a campaign starts from each event, what to do where none does, and which campaigns wait for something else. */
export function CoveragePart({ coverage }: { coverage: Coverage }) {
  const { source, events, notes } = coverage;
  const missing = events.filter(({ status }) => status === 'idle' || status === 'none');
  return (
    <Stack gap="sm" component="section" aria-label={labels.title}>
      <Title order={2}>{labels.title}</Title>
      <Stack gap="sm" className={`card ${rulesClasses.part}`}>
        {missing.length > 0 ? <Missing missing={missing} /> : <AllWell coverage={coverage} />}
        {notes.map((note) => (
          <Text key={note} size="sm" c="dimmed">
            {note}
          </Text>
        ))}
        <WaitingCampaigns coverage={coverage} />
        {source === 'app_api' ? <Reading coverage={coverage} /> : null}
      </Stack>
    </Stack>
  );
}

function AllWell({ coverage: { readAt, events } }: { coverage: Coverage }) {
  if (readAt === null || events.length === 0) return null;
  return (
    <span className={classes.campaign}>
      <Light tone="good" />
      <Text size="sm">{labels.good}</Text>
    </span>
  );
}

function Missing({ missing }: { missing: Coverage['events'] }) {
  return (
    <Alert color="yellow" variant="light" title={labels.missing(missing.length)}>
      <ul className={classes.sentences}>
        {missing.map(({ event, text, todo }) => (
          <li key={event}>
            <Text size="sm" className="wrap">
              {text} {todo}
            </Text>
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** How old the list is, and the way to a newer one: somebody may have just started a campaign. */
function Reading({ coverage: { connection, readAt, failure, campaignsLink } }: { coverage: Coverage }) {
  const refreshing = useMutation({ mutationFn: () => refreshCoverage(connection) });
  const problem = refreshing.error?.message ?? failure?.message ?? null;
  return (
    <>
      {problem === null ? null : (
        <Text size="sm" c="red" role="alert" className="wrap">
          {labels.failed} {problem}
        </Text>
      )}
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          loading={refreshing.isPending}
          onClick={() => refreshing.mutate()}
        >
          {labels.check}
        </Button>
        {campaignsLink ? (
          <Anchor size="sm" href={campaignsLink} target="_blank" rel="noreferrer">
            {labels.open}
          </Anchor>
        ) : null}
        <Text size="sm" c="dimmed">
          {readAt === null ? (
            labels.notRead
          ) : (
            <>
              {labels.read} <Ago at={readAt} />.
            </>
          )}
        </Text>
      </Group>
    </>
  );
}
