import { Stack, Text } from '@mantine/core';
import type { JudgedCases } from '../../../api/types.ts';
import { Light } from '../../../parts/Light.tsx';
import { caseTexts as labels } from '../../../texts.ts';
import classes from '../edit/edit.module.css';
import { DecisionView, FoldedRequests } from '../edit/try/DecisionView.tsx';

export type Judged = JudgedCases['cases'][number];

const TONES = { same: 'good', different: 'warning', unknown: 'nothing' } as const;

/** Whether a test case comes out as expected, in a word. */
export function CaseResult({ result }: { result: Judged['result'] }) {
  return (
    <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
      <Light tone={TONES[result]} /> {labels.results[result]}
    </Text>
  );
}

/** How a test case differs from what is expected; nothing where it passes. */
export function CaseDifference({ result, expected, actual }: Judged) {
  if (result === 'same') return null;
  if (result === 'unknown') return <Text size="sm">{labels.unknown}</Text>;
  if (!expected || !actual) return null;
  return (
    <>
      <div className={classes.two}>
        <DecisionView title={labels.expected} decision={expected} />
        <DecisionView title={labels.actual} decision={actual} />
      </div>
      <FoldedRequests now={expected} draft={actual} titles={[labels.expected, labels.actual]} />
    </>
  );
}

/** The test cases that do not come out as expected, by name, with how they differ. */
export function DifferentCases({ cases }: { cases: readonly Judged[] }) {
  const others = cases.filter(({ result }) => result !== 'same');
  return (
    <Stack gap="sm">
      {others.map((judged) => (
        <Stack key={judged.id} gap={4} component="section" aria-label={judged.name}>
          <Text fw={600} size="sm" className="wrap">
            {judged.name} <CaseResult result={judged.result} />
          </Text>
          <CaseDifference {...judged} />
        </Stack>
      ))}
    </Stack>
  );
}
