import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { ActivityRow } from '../api/types.ts';
import { directionLabels, texts } from '../texts.ts';
import { Ago } from './Ago.tsx';
import { ClockIcon, LeftIcon, RightIcon } from './icons.tsx';
import { plain } from './names.ts';
import { OutcomeMark } from './Outcome.tsx';
import { Readable } from './Readable.tsx';
import classes from './Row.module.css';

const DIRECTION_ICONS = { to_customerio: RightIcon, to_kommo: LeftIcon, clock: ClockIcon };

/** One event in a list; the whole row leads to its trace. */
export const Row = memo(function Row({
  row,
  withConnection = false,
  withClient = true,
}: {
  row: ActivityRow;
  withConnection?: boolean;
  /** Not on the page of the client. */
  withClient?: boolean;
}) {
  const { id, connection, direction, title, outcome, clientState, reason, at, repaired, sender } = row;
  const Direction = DIRECTION_ICONS[direction];
  return (
    <Link
      to="/activity/$id"
      params={{ id: String(id) }}
      className={classes.row}
      data-outcome={outcome}
      data-without-client={!withClient || undefined}
    >
      <span className={classes.direction} data-direction={direction} title={directionLabels[direction]}>
        <Direction size={16} />
        <span className="sr-only">{directionLabels[direction]}</span>
      </span>
      <span className={classes.title}>
        <Readable text={title} />
        {row.deal !== null && row.dealId !== null ? (
          <span className={classes.number}>{texts.activity.deal(row.dealId)}</span>
        ) : null}
        {repaired ? (
          <span className={classes.mark} title={texts.activity.repairedHint}>
            {texts.activity.repaired}
          </span>
        ) : null}
        {sender ? <span className={classes.mark}>{sender}</span> : null}
        {withConnection ? <span className={classes.mark}>{connection}</span> : null}
        {reason ? <span className={classes.detail}>{plain(reason)}</span> : null}
      </span>
      {withClient ? <Client row={row} /> : null}
      <span className={classes.outcome}>
        <OutcomeMark outcome={outcome} clientState={clientState} />
      </span>
      <Ago at={at} className={classes.when} />
    </Link>
  );
});

/** By name, with the address below. */
function Client({ row: { client, person } }: { row: ActivityRow }) {
  return (
    <span className={classes.person} title={person ?? undefined}>
      {client ?? person}
      {client !== null && person !== null && person !== client ? (
        <span className={classes.address}>{person}</span>
      ) : null}
    </span>
  );
}
