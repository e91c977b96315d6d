import { memo } from 'react';
import type { ActivityRow } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { EventMarks, EventRow, Mark } from '../../parts/EventRow.tsx';
import { Light } from '../../parts/Light.tsx';
import { plain } from '../../parts/names.ts';
import { OutcomeMark } from '../../parts/Outcome.tsx';
import { activityTexts } from '../../texts.ts';
import classes from './ActivityLine.module.css';
import { lineOf } from './line.ts';

const COLUMNS = 'minmax(0, 1fr) clamp(9rem, 14vw, 15rem) 6.2rem';
const TONES = { good: 'good', neutral: 'nothing', bad: 'warning' } as const;

interface ActivityLineProps {
  row: ActivityRow;
  withConnection: boolean;
}

/** A client and what happened, in one line where there is room; all of it leads to the trace. */
export const ActivityLine = memo(function ActivityLine({ row, withConnection }: ActivityLineProps) {
  const { outcome, at, message, reports, kind } = row;
  const { who, what, detail, hint } = lineOf(row);
  return (
    <EventRow row={row} event={message?.report} columns={COLUMNS} isFromActivity>
      <span className={classes.text} title={hint}>
        {who === null ? null : <b className={classes.who}>{who}</b>}
        {who === null ? null : ' · '}
        {what}
        {detail === '' ? null : <span className={classes.detail}> · {detail}</span>}
        {kind === 'deal_moved' && reports > 1 ? (
          <Mark hint={activityTexts.timesHint(reports)}>
            <span aria-hidden="true">{activityTexts.times(reports)}</span>
            <span className="sr-only">{activityTexts.timesHint(reports)}</span>
          </Mark>
        ) : null}
        <EventMarks row={row} withConnection={withConnection} />
      </span>
      <span className={classes.outcome}>
        {message && message.state !== '' && outcome === 'done' ? (
          <span className={classes.state}>
            <Light tone={TONES[message.tone]} /> {plain(message.state)}
          </span>
        ) : (
          <OutcomeMark outcome={outcome} clientState={row.clientState} />
        )}
      </span>
      <Ago at={at} />
    </EventRow>
  );
});
