import { Text } from '@mantine/core';
import type { FinishStep } from '../../../api/types.ts';
import { Light, type Tone } from '../../../parts/Light.tsx';
import { setupTexts } from '../../../texts.ts';
import { Todo } from '../FindingList.tsx';
import classes from '../setup.module.css';

type Part = FinishStep['parts'][number];

const TONES: Record<Part['state'], Tone> = {
  waiting: 'pending',
  running: 'waiting',
  done: 'good',
  person: 'warning',
  failed: 'bad',
  skipped: 'nothing',
};

/** The parts of finishing in their order: what will be done, is done, or waits for a person. */
export function PartList({ parts }: { parts: readonly Part[] }) {
  return (
    <ol className={classes.findings} aria-live="polite" aria-label={setupTexts.finish.list}>
      {parts.map(({ part, title, state, sentence, todo, url }) => (
        <li key={part} className={classes.finding} data-state={state}>
          <Light tone={TONES[state]} />
          <div className="wrap">
            <Text size="sm" fw={600}>
              {title}
              <Text span inherit fw={400} c="dimmed">
                {' '}
                · {setupTexts.finish.stateLabels[state]}
              </Text>
            </Text>
            <Text size="sm">{sentence}</Text>
            <Todo finding={{ todo, url }} />
          </div>
        </li>
      ))}
    </ol>
  );
}
