import type { MailState, Outcome } from '../api/types.ts';
import { mailStateLabels, outcomeLabels } from '../texts.ts';
import { Light, type Tone } from './Light.tsx';
import classes from './Outcome.module.css';

export const OUTCOME_TONES: Record<Outcome, Tone> = {
  open: 'pending',
  done: 'done',
  failed: 'bad',
  nothing: 'nothing',
  parked: 'pending',
  waiting: 'pending',
  held: 'warning',
};

/** What has come of an event. A client who gets no email comes first: that the event was sent is not what was due. */
export function OutcomeMark({
  outcome,
  clientState = null,
}: {
  outcome: Outcome;
  clientState?: MailState | null;
}) {
  const isSettled = outcome === 'done' || outcome === 'nothing';
  if (isSettled && clientState !== null && clientState !== 'mailable')
    return (
      <span className={classes.outcome} data-outcome="no-email">
        <Light tone="warning" />
        {mailStateLabels[clientState]}
      </span>
    );
  return (
    <span className={classes.outcome} data-outcome={outcome}>
      <Light tone={OUTCOME_TONES[outcome]} />
      {outcomeLabels[outcome]}
    </span>
  );
}
