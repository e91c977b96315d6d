import { sql } from 'kysely';
import type { EmailStep } from '../../domain/funnel/email-step.ts';
import { mayChange, missedReason } from '../../domain/funnel/missed-email.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { EntryState } from './entry-sources.ts';

/** Why the entry `s` has led to no email; null where one arrived, or was sent and did not come back. */
const missed = (reason: 's.reason' | 'excluded.reason') =>
  sql.raw(`case when s.arrived_at is not null then null when s.failure is not null then s.failure
    when s.sent_at is not null then null else ${reason} end`);

/** An entry whose reason may change is looked at again after a twentieth of its age, within these limits, in ms. */
const CHECK_MS = { least: 2_000, most: 300_000 };

/** When the reason of an entry is looked at again, ms; null where only an action can change it. Pure. */
export function nextCheck(
  state: Pick<EntryState, 'state' | 'sends' | 'enteredAt'>,
  now: Millis,
): Millis | null {
  if (!mayChange(state)) return null;
  const age = now - state.enteredAt * 1000;
  return now + Math.min(Math.max(Math.round(age / 20), CHECK_MS.least), CHECK_MS.most);
}

/** Adds entries, or brings them up to date. */
export async function saveEntries(trx: Db, states: readonly EntryState[], now: Millis): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => ({
    event_id: state.id,
    connection: state.connection,
    deal_id: state.dealId,
    pipeline_id: state.to.pipelineId,
    stage_id: state.to.stageId,
    entered_at: state.enteredAt,
    accepted_at: state.acceptedAt,
    reason: missedReason(state),
    check_at: nextCheck(state, now),
  }));
  await sql`
    insert into stage_entries as s (event_id, connection, deal_id, pipeline_id, stage_id, entered_at, accepted_at, reason,
      missed, check_at)
    select r.event_id, r.connection, r.deal_id, r.pipeline_id, r.stage_id, r.entered_at, r.accepted_at, r.reason, r.reason,
      r.check_at
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(event_id bigint, connection text, deal_id bigint,
      pipeline_id bigint, stage_id bigint, entered_at bigint, accepted_at bigint, reason text, check_at bigint)
    order by r.event_id
    on conflict (event_id) do update set entered_at = excluded.entered_at, accepted_at = excluded.accepted_at,
      reason = excluded.reason, check_at = excluded.check_at,
      missed = ${missed('excluded.reason')}
  `.execute(trx);
  await linkNext(trx, states);
}

/** Sets for each entry of these deals which stage came next. */
async function linkNext(trx: Db, states: readonly EntryState[]): Promise<void> {
  const deals = [
    ...new Map(
      states.map(({ connection, dealId }) => [`${dealId} ${connection}`, { connection, dealId }]),
    ).values(),
  ];
  await sql`
    update stage_entries s set next_pipeline_id = n.next_pipeline_id, next_stage_id = n.next_stage_id
    from (
      select o.event_id, lead(o.pipeline_id) over w as next_pipeline_id, lead(o.stage_id) over w as next_stage_id
      from jsonb_to_recordset(${jsonText(deals)}::jsonb) as d(connection text, "dealId" bigint)
      join stage_entries o on o.connection = d.connection and o.deal_id = d."dealId"
      window w as (partition by o.connection, o.deal_id order by o.entered_at, o.event_id)
    ) n
    where s.event_id = n.event_id
      and (s.next_pipeline_id, s.next_stage_id) is distinct from (n.next_pipeline_id, n.next_stage_id)
  `.execute(trx);
}

/** An email's step, with the stage change that has started the email. */
export interface TiedStep {
  eventId: number;
  step: EmailStep;
  /** The id of the email's campaign; null where the report names none. */
  campaign: string | null;
}

/** Adds what reports say. A step that is added again changes nothing. */
export async function addSteps(trx: Db, steps: readonly TiedStep[]): Promise<void> {
  if (steps.length === 0) return;
  const rows = steps.map(({ eventId, campaign, step }) => ({ eventId, campaign, ...step }));
  await sql`
    update stage_entries s set sent_at = least(s.sent_at, r.sent_at), arrived_at = least(s.arrived_at, r.arrived_at),
      opened_at = least(s.opened_at, r.opened_at), clicked_at = least(s.clicked_at, r.clicked_at),
      failure = coalesce(r.failure, s.failure)
    from (
      select "eventId" as event_id, min("sentAt") as sent_at, min("arrivedAt") as arrived_at, min("openedAt") as opened_at,
        min("clickedAt") as clicked_at, max(failure) as failure
      from jsonb_to_recordset(${jsonText(rows)}::jsonb) as t("eventId" bigint, "sentAt" bigint, "arrivedAt" bigint,
        "openedAt" bigint, "clickedAt" bigint, failure text)
      group by 1
    ) r
    where s.event_id = r.event_id
  `.execute(trx);
  await addCampaignSteps(trx, jsonText(rows.filter(({ campaign }) => campaign !== null)));
  const ids = steps.map(({ eventId }) => eventId);
  await sql`
    update stage_entries s set missed = ${missed('s.reason')}
    where s.event_id = any(${ids}::bigint[]) and s.missed is distinct from (${missed('s.reason')})
  `.execute(trx);
}

/** The same for the campaign of each email. @param rows as JSON */
async function addCampaignSteps(trx: Db, rows: string): Promise<void> {
  await sql`
    insert into entry_campaigns as c (event_id, campaign, connection, pipeline_id, stage_id, entered_at, sent_at, arrived_at,
      opened_at, clicked_at, failure)
    select s.event_id, t.campaign, s.connection, s.pipeline_id, s.stage_id, s.entered_at, min(t."sentAt"), min(t."arrivedAt"),
      min(t."openedAt"), min(t."clickedAt"), max(t.failure)
    from jsonb_to_recordset(${rows}::jsonb) as t("eventId" bigint, campaign text, "sentAt" bigint, "arrivedAt" bigint,
      "openedAt" bigint, "clickedAt" bigint, failure text)
    join stage_entries s on s.event_id = t."eventId"
    group by s.event_id, t.campaign order by s.event_id, t.campaign
    on conflict (event_id, campaign) do update set sent_at = least(c.sent_at, excluded.sent_at),
      arrived_at = least(c.arrived_at, excluded.arrived_at), opened_at = least(c.opened_at, excluded.opened_at),
      clicked_at = least(c.clicked_at, excluded.clicked_at), failure = coalesce(excluded.failure, c.failure)
  `.execute(trx);
}
