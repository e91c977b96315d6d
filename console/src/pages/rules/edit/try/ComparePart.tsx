import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { post } from '../../../../api/client.ts';
import type { Compared } from '../../../../api/types.ts';
import { Ago } from '../../../../parts/Ago.tsx';
import { Failed } from '../../../../parts/States.tsx';
import { ruleTexts } from '../../../../texts.ts';
import { Lines } from '../../Lines.tsx';
import classes from '../edit.module.css';
import type { EditedRules } from '../useDraft.ts';
import { FoldedRequests, Sides } from './DecisionView.tsx';
import { whatDiffers } from './requests.ts';

const labels = ruleTexts.compare;
const EVENTS = 500;

interface ComparePartProps {
  connection: string;
  rules: EditedRules;
  isWrong: boolean;
}

/** The recent events that the draft would handle differently. */
export function ComparePart({ connection, rules: { draft, isTouched }, isWrong }: ComparePartProps) {
  // Asked by the button only; what came is kept for as long as the draft stays as it is.
  const compared = useQuery({
    queryKey: ['rule-compare', connection, draft],
    queryFn: () => post<Compared>('/api/rules/compare', { connection, draft, events: EVENTS }),
    enabled: false,
    placeholderData: undefined,
    retry: false,
  });
  const { data, error, isFetching, refetch } = compared;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {labels.lead(EVENTS)}
      </Text>
      {isWrong ? <Alert color="yellow">{ruleTexts.try.wrong}</Alert> : null}
      <Group gap="sm">
        <Button onClick={() => void refetch()} loading={isFetching} disabled={!isTouched || isWrong}>
          {labels.button(EVENTS)}
        </Button>
        {isTouched ? null : (
          <Text size="sm" c="dimmed">
            {labels.untouched}
          </Text>
        )}
      </Group>
      {error && !isFetching ? <Failed error={error} again={() => refetch()} /> : null}
      {data && !isFetching ? <Result {...data} /> : null}
    </Stack>
  );
}

function Result({ looked, unknown, total, different }: Compared) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.result}>
      <Text fw={600} role="status">
        {labels.head(looked, total)}
      </Text>
      {total > different.length ? <Text size="sm">{labels.shown(different.length)}</Text> : null}
      {unknown > 0 ? (
        <Text size="sm" c="dimmed">
          {labels.unknown(unknown)}
        </Text>
      ) : null}
      {different.map((event) => (
        <Different key={event.id} {...event} />
      ))}
    </Stack>
  );
}

/** One event that the draft would handle differently, with both decisions. */
function Different({ id, title, at, now, draft }: Compared['different'][number]) {
  const { lines, otherContents } = whatDiffers(now, draft);
  return (
    <Stack gap={6} className={`card ${classes.part}`}>
      <Group gap="xs" justify="space-between">
        <Anchor
          size="sm"
          className="wrap"
          renderRoot={(props) => (
            <Link to="/activity/$id" params={{ id: String(id) }} target="_blank" {...props} />
          )}
        >
          {title}
        </Anchor>
        <Text size="sm" c="dimmed" span>
          <Ago at={at} />
        </Text>
      </Group>
      {now.outcome === 'planned' && draft.outcome === 'planned' ? null : <Sides now={now} draft={draft} />}
      {lines.length > 0 ? <Lines lines={lines} /> : null}
      {otherContents.map((request) => (
        <Text key={request} size="sm">
          {labels.otherContents(request)}
        </Text>
      ))}
      <FoldedRequests now={now} draft={draft} />
    </Stack>
  );
}
