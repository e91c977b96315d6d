import { Anchor, Text } from '@mantine/core';
import type { SetupFinding } from '../../api/types.ts';
import { Light, type Tone } from '../../parts/Light.tsx';
import { setupTexts } from '../../texts.ts';
import classes from './setup.module.css';

const TONES: Record<SetupFinding['level'], Tone> = {
  good: 'good',
  note: 'nothing',
  warning: 'warning',
  problem: 'bad',
};

/** What the checks of a step have found. Screen readers read what is new. */
export function FindingList({ findings }: { findings: readonly SetupFinding[] }) {
  return (
    <ul className={classes.findings} aria-live="polite">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.sentence}`} className={classes.finding}>
          <Light tone={TONES[finding.level]} />
          <div className="wrap">
            <Text size="sm">
              <span className="sr-only">{setupTexts.levelLabels[finding.level]}: </span>
              {finding.sentence}
            </Text>
            <Todo finding={finding} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What to do, and the page where it is done. */
export function Todo({ finding: { todo, url } }: { finding: Pick<SetupFinding, 'todo' | 'url'> }) {
  if (todo === null && url === null) return null;
  return (
    <Text size="sm" c="dimmed">
      {todo}{' '}
      {url === null ? null : (
        <Anchor inherit href={url} target="_blank" rel="noreferrer">
          {setupTexts.open}
        </Anchor>
      )}
    </Text>
  );
}

/** The problem of one answer, to show at its input. */
export function problemOf(findings: readonly SetupFinding[], field: string): string | null {
  const problem = findings.find((finding) => finding.field === field && finding.level === 'problem');
  return problem ? [problem.sentence, problem.todo].filter(Boolean).join(' ') : null;
}

/** Good news, notes and warnings about one answer; its problem is shown at the input itself. */
export function findingsOf(findings: readonly SetupFinding[], field: string): SetupFinding[] {
  return findings.filter((finding) => finding.field === field && finding.level !== 'problem');
}

/** What is about none of these answers. */
export function otherFindings(findings: readonly SetupFinding[], fields: readonly string[]): SetupFinding[] {
  return findings.filter(({ field }) => field === null || !fields.includes(field));
}
