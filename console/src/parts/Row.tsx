import { memo } from 'react';
import type { ActivityRow } from '../api/types.ts';
import { texts } from '../texts.ts';
import { Ago } from './Ago.tsx';
import { EventMarks, EventRow } from './EventRow.tsx';
import { plain } from './names.ts';
import { OutcomeMark } from './Outcome.tsx';
import { Readable } from './Readable.tsx';
import classes from './Row.module.css';

const COLUMNS = 'minmax(0, 1fr) minmax(0, 15rem) 8.2rem 6.2rem';
const COLUMNS_WITHOUT_CLIENT = 'minmax(0, 1fr) 8.2rem 6.2rem';

interface RowProps {
  row: ActivityRow;
  withConnection?: boolean;
  /** Not on the page of the client. */
  withClient?: boolean;
}

/** One event in a list; the whole row leads to its trace. */
export const Row = memo(function Row({ row, withConnection = false, withClient = true }: RowProps) {
  const { title, outcome, clientState, reason, at } = row;
  return (
    <EventRow row={row} columns={withClient ? COLUMNS : COLUMNS_WITHOUT_CLIENT}>
      <span className={classes.title}>
        <Readable text={title} />
        {row.deal !== null && row.dealId !== null ? (
          <span className={classes.number}>{texts.activity.deal(row.dealId)}</span>
        ) : null}
        <EventMarks row={row} withConnection={withConnection} />
        {reason ? <span className={classes.detail}>{plain(reason)}</span> : null}
      </span>
      {withClient ? <Client row={row} /> : null}
      <span>
        <OutcomeMark outcome={outcome} clientState={clientState} />
      </span>
      <Ago at={at} />
    </EventRow>
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
