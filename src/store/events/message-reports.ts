import { sql } from 'kysely';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import { DELIVERY, type EventPosition, IS_OF_MESSAGE, POSITION_COLUMNS } from './event-pages.ts';

/** Of one message the newest reports are read: somebody may open an email a thousand times. */
const MAX_REPORTS = 100;

/** All reports of the messages that these events report. */
export async function reportsOfMessages(
  db: Db,
  events: readonly Pick<EventPosition, 'connection' | 'message'>[],
): Promise<EventPosition[]> {
  const messages = events.flatMap(({ connection, message }) =>
    message === null ? [] : [{ connection, message }],
  );
  if (messages.length === 0) return [];
  const { rows } = await sql<EventPosition>`
    select e.* from (
      select distinct connection, message from jsonb_to_recordset(${jsonText(messages)}::jsonb)
        as m(connection text, message text)
    ) m cross join lateral (
      select ${POSITION_COLUMNS} from events e
      where e.connection = m.connection and ${DELIVERY} = m.message and ${IS_OF_MESSAGE}
      order by e.id desc limit ${MAX_REPORTS}
    ) e
  `.execute(db);
  return rows;
}

/** The positions of these events; events that were removed are missing. */
export async function positionsOf(db: Db, ids: number[]): Promise<EventPosition[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<EventPosition>`
    select ${POSITION_COLUMNS} from events e where e.id = ${anyOf(ids, 'bigint')}
  `.execute(db);
  return rows;
}
