import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { ActivityRow } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { ClockIcon, LeftIcon, RightIcon } from '../../parts/icons.tsx';
import { Light } from '../../parts/Light.tsx';
import { plain } from '../../parts/names.ts';
import { OutcomeMark } from '../../parts/Outcome.tsx';
import { directionLabels, texts } from '../../texts.ts';
import { activityTexts } from '../../texts-activity.ts';
import classes from './ActivityLine.module.css';
import { lineOf } from './line.ts';

const DIRECTION_ICONS = { to_customerio: RightIcon, to_kommo: LeftIcon, clock: ClockIcon };
const TONES = { good: 'good', neutral: 'nothing', bad: 'warning' } as const;

/** A client and what happened, in one line where there is room; all of it leads to the trace. */
export const ActivityLine = memo(function ActivityLine({
  row,
  withConnection,
}: {
  row: ActivityRow;
  withConnection: boolean;
}) {
  const { id, connection, direction, outcome, at, repaired, sender, message, reports, kind } = row;
  const Direction = DIRECTION_ICONS[direction];
  const { who, what, detail, hint } = lineOf(row);
  return (
    <Link
      to="/activity/$id"
      params={{ id: String(message?.report ?? id) }}
      state={{ isFromActivity: true }}
      className={classes.row}
      data-outcome={outcome}
    >
      <span className={classes.direction} data-direction={direction} title={directionLabels[direction]}>
        <Direction size={16} />
        <span className="sr-only">{directionLabels[direction]}</span>
      </span>
      <span className={classes.text} title={hint}>
        {who === null ? null : <b className={classes.who}>{who}</b>}
        {who === null ? null : ' · '}
        {what}
        {detail === '' ? null : <span className={classes.detail}> · {detail}</span>}
        {repaired ? (
          <span className={classes.mark} title={texts.activity.repairedHint}>
            {texts.activity.repaired}
          </span>
        ) : null}
        {kind === 'deal_moved' && reports > 1 ? (
          <span className={classes.mark} title={activityTexts.timesHint(reports)}>
            <span aria-hidden="true">{activityTexts.times(reports)}</span>
            <span className="sr-only">{activityTexts.timesHint(reports)}</span>
          </span>
        ) : null}
        {sender ? <span className={classes.mark}>{sender}</span> : null}
        {withConnection ? <span className={classes.mark}>{connection}</span> : null}
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
      <Ago at={at} className={classes.when} />
    </Link>
  );
});
