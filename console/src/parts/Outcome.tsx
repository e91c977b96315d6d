import type { Outcome } from '../api/types.ts';
import { outcomeLabels } from '../texts.ts';
import { Light, type Tone } from './Light.tsx';
import classes from './Outcome.module.css';

export const OUTCOME_TONES: Record<Outcome, Tone> = {
  open: 'waiting',
  done: 'good',
  failed: 'bad',
  nothing: 'nothing',
  parked: 'waiting',
};

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  return (
    <span className={classes.outcome} data-outcome={outcome}>
      <Light tone={OUTCOME_TONES[outcome]} />
      {outcomeLabels[outcome]}
    </span>
  );
}
