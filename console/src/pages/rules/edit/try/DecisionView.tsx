import { Stack, Text } from '@mantine/core';
import { useContext } from 'react';
import type { Decision } from '../../../../api/types.ts';
import { Fold } from '../../../../parts/Fold.tsx';
import { decisionTexts, ruleTexts } from '../../../../texts.ts';
import { Lines } from '../../Lines.tsx';
import { EditingContext } from '../context.ts';
import classes from '../edit.module.css';
import { type ShownRequest, sideBySide, unmarked } from './requests.ts';
import { sentencesOf } from './sentences.ts';

const labels = ruleTexts.decision;

interface SidesProps {
  now: Decision;
  /** Null where nothing was edited. */
  draft: Decision | null;
}

/** The decisions by the active rules and by the draft, side by side; on a phone one below the other. */
export function Sides({ now, draft }: SidesProps) {
  if (!draft) return <DecisionView title={labels.now} decision={now} />;
  return (
    <div className={classes.two}>
      <DecisionView title={labels.now} decision={now} />
      <DecisionView title={labels.draft} decision={draft} />
    </div>
  );
}

/** What a decision means for the client and the deal, in sentences. */
export function DecisionView({ title, decision }: { title: string; decision: Decision }) {
  const coverage = useContext(EditingContext)?.coverage;
  const [first, ...others] = sentencesOf(decision, coverage);
  return (
    <Stack gap={6} component="section" aria-label={title}>
      <Text size="xs" fw={600} c="dimmed" component="h3" m={0}>
        {title}
      </Text>
      <Text className="wrap" fw={600}>
        {first}
      </Text>
      {others.map((sentence) => (
        <Text key={sentence} size="sm" className="wrap" style={{ whiteSpace: 'pre-line' }}>
          {sentence}
        </Text>
      ))}
      {decision.warnings.map((warning) => (
        <Text key={warning} size="sm" c="var(--stagepost-warning)">
          {warning}
        </Text>
      ))}
      {decision.rule ? (
        <Text size="xs" c="dimmed">
          {labels.byRule(decision.rule)}
        </Text>
      ) : null}
    </Stack>
  );
}

interface FoldedRequestsProps extends SidesProps {
  /** What both sides are called; default: the live rules and the draft. */
  titles?: [now: string, draft: string];
}

/** The requests of both decisions behind a fold, with what differs marked. */
export function FoldedRequests({ now, draft, titles = [labels.now, labels.draft] }: FoldedRequestsProps) {
  const [before, after] = draft ? sideBySide(now.requests, draft.requests) : [unmarked(now.requests), null];
  const count = Math.max(now.requests.length, draft?.requests.length ?? 0);
  if (count === 0) return null;
  return (
    <Fold title={decisionTexts.requests(count)}>
      {after === null ? (
        <Requests title={titles[0]} requests={before} />
      ) : (
        <div className={classes.two}>
          <Requests title={titles[0]} requests={before} />
          <Requests title={titles[1]} requests={after} />
        </div>
      )}
    </Fold>
  );
}

function Requests({ title, requests }: { title: string; requests: ShownRequest[] }) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.requestsOf(title)}>
      <Text size="xs" fw={600} c="dimmed" component="h3" m={0}>
        {title}
      </Text>
      {requests.length === 0 ? <Text size="sm">{decisionTexts.sends(0)}</Text> : null}
      {requests.map(({ request, lines }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the order is what tells one request from the next
        <div key={index}>
          <Text size="xs" c="dimmed" mb={2}>
            {labels.nth(index + 1, request.title)}
            {request.afterPrevious ? ` · ${labels.afterPrevious}` : ''}
          </Text>
          {request.problem ? (
            <Text size="sm" c="var(--mantine-color-error)" className="wrap" mb={2}>
              {labels.problem(request.problem)}
            </Text>
          ) : null}
          <Lines lines={lines} />
        </div>
      ))}
    </Stack>
  );
}
