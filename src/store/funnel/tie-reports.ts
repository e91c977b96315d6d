import { sql } from 'kysely';
import { mayBeOfEvent } from '../../domain/answer/event-emails.ts';
import { triggerEventId } from '../../domain/email-trigger.ts';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { MailReport } from '../../domain/events.ts';
import { sentEvents } from '../actions/sent-events.ts';
import { type Db, jsonText } from '../database/database.ts';
import { namesOurEvents } from '../events/trigger-evidence.ts';

/** A report of an email, as it is stored. */
export interface StoredReport {
  person: string | null;
  dealId: number | null;
  report: MailReport;
}

/**
 * The stage change or timer that has started the email of each report: the one that the report names, or where it names none,
 * the last one of its person or deal before the email, as on the client's page. Null where there is none.
 */
export async function tieReports(
  db: Db,
  connection: string,
  reports: readonly StoredReport[],
): Promise<(number | null)[]> {
  const ulids = reports.map(({ report }) => triggerEventId(report));
  const sent = await sentEvents(
    db,
    connection,
    ulids.filter((ulid) => ulid !== null),
  );
  const named = ulids.map((ulid) => sent.find((event) => event.ulid === ulid)?.event_id ?? null);
  if (!named.includes(null)) return named;
  const namesEvents = await namesOurEvents(db, connection);
  const untied = reports.flatMap((stored, index) =>
    named[index] === null && mayBeOfEvent(stored.report, namesEvents) ? [{ ...stored, index }] : [],
  );
  const probable = await probableEvents(
    db,
    connection,
    untied.map(({ index, person, dealId, report }) => ({
      ...{ index, person, dealId },
      delivery: report.deliveryId,
      at: report.occurredAt,
    })),
  );
  return named.map((id, index) => id ?? probable.get(index) ?? null);
}

interface UntiedReport {
  index: number;
  person: string | null;
  dealId: number | null;
  delivery: string | null;
  at: UnixSeconds;
}

/** How many of a person's newest reports are searched for the first one of an email, and of their events for its cause. */
const MAX_SEARCHED = 100;

async function probableEvents(
  db: Db,
  connection: string,
  reports: UntiedReport[],
): Promise<Map<number, number>> {
  if (reports.length === 0) return new Map();
  const newest = sql`order by id desc limit ${MAX_SEARCHED}`;
  const { rows } = await sql<{ index: number; id: number }>`
    select r.index, cause.id from jsonb_to_recordset(${jsonText(reports)}::jsonb)
      as r(index int, person text, "dealId" bigint, delivery text, at bigint)
    cross join lateral (
      select least(r.at, min(own.occurred_at)) as at from (
        select occurred_at, payload from events
        where connection = ${connection} and person = r.person and kind = 'mail_report' ${newest}
      ) own where own.payload->>'deliveryId' = r.delivery
    ) email
    cross join lateral (
      select id from (
        (select id, occurred_at, kind, rule from events where connection = ${connection} and person = r.person ${newest})
        union
        (select id, occurred_at, kind, rule from events where connection = ${connection} and deal_id = r."dealId" ${newest})
      ) own
      where own.kind in ('deal_moved', 'inactivity') and own.rule is not null and own.occurred_at <= email.at
      order by own.occurred_at desc, own.id desc limit 1
    ) cause
  `.execute(db);
  return new Map(rows.map(({ index, id }) => [index, id]));
}
