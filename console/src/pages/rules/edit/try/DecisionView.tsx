import { Stack, Text } from '@mantine/core';
import type { Decision } from '../../../../api/types.ts';
import { ruleTexts } from '../../../../texts-rules.ts';
import { Lines } from '../../Lines.tsx';
import classes from '../edit.module.css';
import { type ShownRequest, sideBySide, unmarked } from './requests.ts';

const labels = ruleTexts.decision;

interface SidesProps {
  now: Decision;
  /** Null where nothing was edited. */
  draft: Decision | null;
}

/** The decisions by the active rules and by the draft, side by side; on a phone one below the other. */
export function Sides({ now, draft }: SidesProps) {
  if (!draft) return <DecisionView title={labels.now} decision={now} requests={unmarked(now.requests)} />;
  const [before, after] = sideBySide(now.requests, draft.requests);
  return (
    <div className={classes.two}>
      <DecisionView title={labels.now} decision={now} requests={before} />
      <DecisionView title={labels.draft} decision={draft} requests={after} />
    </div>
  );
}

interface DecisionViewProps {
  title: string;
  decision: Decision;
  requests: ShownRequest[];
}

function DecisionView({ title, decision, requests }: DecisionViewProps) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <div>
        <Text size="xs" fw={600} c="dimmed" component="h3" m={0}>
          {title}
        </Text>
        <Text size="sm" className="wrap">
          {sentenceOf(decision)}
        </Text>
        {decision.rule ? (
          <Text size="xs" c="dimmed">
            {labels.byRule(decision.rule)}
          </Text>
        ) : null}
      </div>
      {decision.warnings.map((warning) => (
        <Text key={warning} size="sm" c="var(--stagepost-warning)">
          {warning}
        </Text>
      ))}
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

/** The decision in a sentence. */
export function sentenceOf({ outcome, reason, requests }: Decision): string {
  if (outcome === 'planned') return labels.sends(requests.length);
  return labels[outcome](reason ?? labels.noReason);
}
