import { Link } from '@tanstack/react-router';
import type { CSSProperties, ReactNode } from 'react';
import type { ActivityRow } from '../api/types.ts';
import { directionLabels, texts } from '../texts.ts';
import classes from './EventRow.module.css';
import { ClockIcon, LeftIcon, RightIcon } from './icons.tsx';

const DIRECTION_ICONS = { to_customerio: RightIcon, to_kommo: LeftIcon, clock: ClockIcon };

interface EventRowProps {
  row: ActivityRow;
  /** The event whose page it leads to; default: that of the row. */
  event?: number | undefined;
  /** The widths of what is given, as CSS; on a phone the first is as wide as the row. */
  columns: string;
  isFromActivity?: boolean;
  children: ReactNode;
}

/** A row of a list of events, all of which leads to the event's page: the direction, then what is given. */
export function EventRow({ row, event = row.id, columns, isFromActivity = false, children }: EventRowProps) {
  const { direction, outcome } = row;
  const Direction = DIRECTION_ICONS[direction];
  return (
    <Link
      to="/activity/$id"
      params={{ id: String(event) }}
      {...(isFromActivity && { state: { isFromActivity } })}
      className={classes.row}
      style={{ '--columns': columns } as CSSProperties}
      data-outcome={outcome}
    >
      <span className={classes.direction} data-direction={direction} title={directionLabels[direction]}>
        <Direction size={16} />
        <span className="sr-only">{directionLabels[direction]}</span>
      </span>
      {children}
    </Link>
  );
}

/** What is remarkable about an event: how it was found, which message it is about, whose it is. */
export function EventMarks({ row, withConnection }: { row: ActivityRow; withConnection: boolean }) {
  const { repaired, sender, connection } = row;
  return (
    <>
      {repaired ? <Mark hint={texts.activity.repairedHint}>{texts.activity.repaired}</Mark> : null}
      {sender ? <Mark>{sender}</Mark> : null}
      {withConnection ? <Mark>{connection}</Mark> : null}
    </>
  );
}

export function Mark({ hint, children }: { hint?: string; children: ReactNode }) {
  return (
    <span className={classes.mark} title={hint}>
      {children}
    </span>
  );
}
