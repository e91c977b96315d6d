import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { MailFact } from '../../domain/mailability.ts';
import { normalizeEmail } from '../../domain/person.ts';
import type { Db } from '../database/database.ts';

/**
 * The reports that say whether a person can get email. The condition of the index `events_mail_facts`: a query must
 * repeat it literally, or PostgreSQL does not use the index.
 */
export const IS_MAIL_FACT = `kind = 'mail_report' and name ~ '(_(unsubscribed|subscribed|spammed|bounced|dropped|suppressed)|subscription_preferences_changed)$'`;

/** The newest reports of each name that are read: nobody subscribes and unsubscribes more often than this. */
const MAX_FACTS = 50;
/** Of the messages that came through after a failure, the newest are enough. */
const MAX_ARRIVALS = 20;
const ARRIVALS = [
  'email_sent',
  'email_delivered',
  'email_opened',
  'email_clicked',
  'email_converted',
  'email_replied',
];

interface FactRow {
  person: string;
  name: string;
  occurred_at: UnixSeconds;
  recipient: string | null;
  email: string | null;
  failure_message: string | null;
  preferences: string | null;
}

/** The facts about each of these identifiers and emails. Names without any are left out. */
export async function mailFactsOf(
  db: Db,
  connection: string,
  names: string[],
): Promise<Map<string, MailFact[]>> {
  const facts = new Map<string, MailFact[]>();
  if (names.length === 0) return facts;
  const add = (row: FactRow) => facts.set(row.person, [...(facts.get(row.person) ?? []), factOf(row)]);
  for (const row of await stateReports(db, connection, names)) add(row);
  const failed = [...facts].filter(([, own]) => own.some(({ name }) => FAILED.test(name)));
  for (const row of await arrivals(
    db,
    connection,
    failed.map(([name]) => name),
  ))
    add(row);
  return facts;
}

const FAILED = /_(bounced|dropped|suppressed)$/;

async function stateReports(db: Db, connection: string, names: string[]): Promise<FactRow[]> {
  const { rows } = await sql<FactRow>`
    select e.* from unnest(${names}::text[]) as n(person) cross join lateral (
      select ${COLUMNS} from events
      where connection = ${connection} and person = n.person and ${sql.raw(IS_MAIL_FACT)}
      order by occurred_at desc limit ${MAX_FACTS}
    ) e
  `.execute(db);
  return rows;
}

/** Messages of these people that came through: they end a bounce or a suppression. Few people have had one. */
async function arrivals(db: Db, connection: string, names: string[]): Promise<FactRow[]> {
  if (names.length === 0) return [];
  const { rows } = await sql<FactRow>`
    select e.* from unnest(${names}::text[]) as n(person) cross join lateral (
      select ${COLUMNS} from events
      where connection = ${connection} and person = n.person and kind = 'mail_report' and name = any(${ARRIVALS}::text[])
      order by id desc limit ${MAX_ARRIVALS}
    ) e
  `.execute(db);
  return rows;
}

const COLUMNS = sql`person, name, occurred_at, payload->'values'->>'recipient' as recipient,
  payload->'person'->>'email' as email, payload->'values'->>'failure_message' as failure_message, payload->'values'->>'content' as preferences`;

function factOf(row: FactRow): MailFact {
  const { name, occurred_at: occurredAt, preferences, failure_message: failureMessage } = row;
  const address = row.recipient ?? row.email;
  return {
    name,
    occurredAt,
    address: address === null ? null : normalizeEmail(address),
    failureMessage,
    preferences,
  };
}
