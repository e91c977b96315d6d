import type { Selectable } from 'kysely';
import type { StagepostEvent } from '../../domain/events.ts';
import type { Effect, KnownPerson, RunningWatch } from '../../domain/plan/plan.ts';
import { reactionTo } from '../../domain/plan/plan-report.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { Db } from '../../store/database/database.ts';
import type { EventRow, Millis, PersonRow } from '../../store/database/schema.ts';
import { personsNamed, personsOf } from '../../store/people.ts';
import { reportsSince, runningWatches } from '../../store/watches.ts';
import { namesOf } from './find-people.ts';

/**
 * What Stagepost knows about the people of a batch of events. Loaded once per batch; each plan's
 * effects are applied at once, so that the next event of the batch is decided on what the one
 * before it left.
 */
export interface PlanningState {
  persons: Map<string, KnownPerson>;
  watches: Map<string, RunningWatch[]>;
  /** `name delivery_id` of messages that had their first report. */
  firstReports: Set<string>;
  /** Watches that ran out although the report that stops them had come. */
  recentActivity: Set<number>;
  apply(effect: Effect): void;
}

/** @param before only first reports of earlier events than this one count; absent: all */
export async function loadPlanningState(
  db: Db,
  connection: string,
  events: Selectable<EventRow>[],
  rules: Rules,
  before = Number.MAX_SAFE_INTEGER,
): Promise<PlanningState> {
  const payloads = events.map((event) => event.payload);
  const names = payloads.flatMap(personNames);
  const contactIds = payloads.flatMap((event) => (event.kind === 'contact_changed' ? [event.contactId] : []));
  const dealIds = payloads.flatMap((event) => ('dealId' in event ? [event.dealId] : []));
  const rows = [
    ...(await personsNamed(db, connection, [...new Set(names)])),
    ...(await personsOf(db, connection, [...new Set(contactIds)], [...new Set(dealIds)])),
  ];
  const persons = new Map(rows.map((row) => [row.person, knownPerson(row)]));
  const watches = await watchesOf(db, connection, [...persons.keys()]);
  const seen = await firstReports(db, connection, payloads, before);
  const recentActivity = await lateSigns(db, connection, payloads, rules);
  return { persons, watches, firstReports: seen, recentActivity, apply };

  function apply(effect: Effect): void {
    if (effect.kind === 'identified' || effect.kind === 'linked') {
      const known = persons.get(effect.person);
      const identified = effect.kind === 'identified';
      persons.set(effect.person, {
        person: effect.person,
        email: effect.email ?? known?.email ?? null,
        contactId: effect.contactId ?? known?.contactId ?? null,
        dealId: identified ? effect.dealId : (known?.dealId ?? null),
        attributes: identified ? effect.attributes : (known?.attributes ?? null),
        fields: known?.fields ?? {},
      });
    } else if (effect.kind === 'field_set') {
      const known = persons.get(effect.person);
      if (known) known.fields = { ...known.fields, [effect.field]: effect.state };
    } else if (effect.kind === 'first_report') {
      seen.add(`${effect.name} ${effect.deliveryId}`);
    } else if (effect.kind === 'stop_watches') {
      for (const [person, running] of watches) {
        watches.set(
          person,
          running.filter((watch) => !effect.watchIds.includes(watch.id)),
        );
      }
    }
  }
}

function personNames(event: StagepostEvent): string[] {
  if (event.kind === 'mail_report') return namesOf(event);
  return event.kind === 'inactivity' ? [event.person] : [];
}

export function knownPerson(row: Selectable<PersonRow>): KnownPerson {
  const { person, email, contact_id: contactId, deal_id: dealId, attributes, fields } = row;
  return { person, email, contactId, dealId, attributes, fields };
}

async function watchesOf(
  db: Db,
  connection: string,
  persons: string[],
): Promise<Map<string, RunningWatch[]>> {
  const watches = new Map<string, RunningWatch[]>();
  for (const row of await runningWatches(db, connection, persons)) {
    const { id, start, unless, deal_id: dealId } = row;
    const seconds = (ms: Millis) => Math.floor(ms / 1000);
    const times = { startedAt: seconds(row.started_at), firesAt: seconds(row.fires_at) };
    const running = { id, start, unless, dealId, ...times };
    watches.set(row.person, [...(watches.get(row.person) ?? []), running]);
  }
  return watches;
}

async function firstReports(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  before: number,
): Promise<Set<string>> {
  const ids = events.flatMap((event) =>
    event.kind === 'mail_report' && event.deliveryId ? [event.deliveryId] : [],
  );
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('first_reports')
    .select(['name', 'delivery_id'])
    .where('connection', '=', connection)
    .where('delivery_id', 'in', [...new Set(ids)])
    .where('event_id', '<', before)
    .execute();
  return new Set(rows.map((row) => `${row.name} ${row.delivery_id}`));
}

/**
 * A report can be stored in time and planned late (while Kommo could not be read). For the few
 * watches that ran out just now, look whether theirs had come.
 */
async function lateSigns(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  rules: Rules,
): Promise<Set<number>> {
  const signs = new Set<number>();
  for (const event of events) {
    const rule =
      event.kind === 'inactivity' ? rules.inactivity.find(({ start }) => start === event.start) : undefined;
    if (event.kind !== 'inactivity' || !rule) continue;
    const machines = reactionTo(rule.unless, rules)?.machineOpens === 'count';
    const reports = await reportsSince(db, connection, event.watchId, rule.unless);
    if (reports.some((report) => machines || !report.machine)) signs.add(event.watchId);
  }
  return signs;
}
