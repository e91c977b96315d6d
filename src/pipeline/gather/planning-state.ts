import type { Selectable } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import type { MailFact } from '../../domain/mailability.ts';
import { peopleOf } from '../../domain/person.ts';
import type { DealContext, Effect, KnownPerson, RunningWatch } from '../../domain/plan/plan-types.ts';
import { inactivityRuleFor, reactionFor, stageRuleFor } from '../../domain/rules/find-rule.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { parseFieldStates } from '../../domain/stored-values.ts';
import type { Db } from '../../store/database/database.ts';
import type { Millis, PersonRow } from '../../store/database/schema.ts';
import { firstReportsOf } from '../../store/events/first-reports.ts';
import { mailFactsOf } from '../../store/events/mail-facts.ts';
import { personsNamed, personsOf } from '../../store/people.ts';
import { reportsSince, runningWatches } from '../../store/watches.ts';
import { namesIn } from './report-names.ts';

/**
 * Stagepost's records about the people of a batch of events. Loaded once for the batch; the effects of each plan are
 * applied to it, so that the next event of the batch is planned on the state after the event before it.
 */
export interface PlanningState {
  /** By identifier. */
  persons: Map<string, KnownPerson>;
  /** By the person's identifier. */
  watches: Map<string, RunningWatch[]>;
  /** Messages that have had their first report of a name; see `firstReportKey`. */
  firstReports: Set<string>;
  /** The ids of watches that ran out although the report that stops them had come in time. */
  recentActivity: Set<number>;
  /** Reports that say whether a person can get email, by identifier or email. Only of people to address. */
  mailFacts: Map<string, MailFact[]>;
}

export function firstReportKey(reportName: string, deliveryId: string | null): string {
  return `${reportName} ${deliveryId}`;
}

/** @param before only first reports of events with a smaller id are loaded; default: all. */
export async function loadPlanningState(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  rules: Rules,
  before = Number.MAX_SAFE_INTEGER,
): Promise<PlanningState> {
  const names = events.flatMap(personNames);
  const contactIds = events.flatMap((event) => (event.kind === 'contact_changed' ? [event.contactId] : []));
  const dealIds = events.flatMap((event) => ('dealId' in event ? [event.dealId] : []));
  const deliveryIds = events.flatMap((event) =>
    event.kind === 'mail_report' && event.deliveryId ? [event.deliveryId] : [],
  );
  const rows = [
    ...(await personsNamed(db, connection, [...new Set(names)])),
    ...(await personsOf(db, connection, [...new Set(contactIds)], [...new Set(dealIds)])),
  ];
  const persons = new Map(rows.map((row) => [row.person, knownPerson(row)]));
  const reports = await firstReportsOf(db, connection, [...new Set(deliveryIds)], before);
  return {
    persons,
    watches: await watchesByPerson(db, connection, [...persons.keys()]),
    firstReports: new Set(reports.map(({ name, delivery_id }) => firstReportKey(name, delivery_id))),
    recentActivity: await recentActivity(db, connection, events, rules),
    mailFacts: new Map(),
  };
}

/**
 * Adds the people of these deals to the state: a person can be recorded from another deal, and the attributes sent for
 * that deal decide which values must be cleared.
 */
export async function loadPeopleOfDeals(
  db: Db,
  connection: string,
  deals: Map<number, DealContext>,
  rules: Rules,
  state: PlanningState,
): Promise<void> {
  const names = [...deals.values()]
    .flatMap(({ contacts }) => peopleOf(contacts, rules).people.map(({ person }) => person))
    .filter((person) => !state.persons.has(person));
  for (const row of await personsNamed(db, connection, [...new Set(names)])) {
    state.persons.set(row.person, knownPerson(row));
  }
}

/**
 * Adds what says whether the people can get email whom these events address: those of a deal that entered a stage with a
 * rule, and the watched person of a timer that ran out. One statement for the batch, none without such an event.
 */
export async function loadMailFacts(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  deals: Map<number, DealContext>,
  rules: Rules,
  state: PlanningState,
): Promise<void> {
  const names = new Set<string>();
  for (const event of events) {
    const isMove = event.kind === 'deal_moved' && stageRuleFor(event.to, rules) !== undefined;
    if (!isMove && event.kind !== 'inactivity') continue;
    if (event.kind === 'inactivity') names.add(event.person);
    const { people } = peopleOf(deals.get(event.dealId)?.contacts ?? [], rules);
    for (const { person, email } of people)
      for (const name of [person, email]) if (name !== null) names.add(name);
  }
  state.mailFacts = await mailFactsOf(db, connection, [...names]);
}

/** Applies an effect of a plan. Effects that only concern the database (starting a watch, deleting links) are skipped. */
export function applyEffect(state: PlanningState, effect: Effect): void {
  switch (effect.kind) {
    case 'identified':
    case 'linked':
      state.persons.set(effect.person, withEffect(effect, state.persons.get(effect.person)));
      break;
    case 'field_set': {
      const person = state.persons.get(effect.person);
      if (person) person.fields = { ...person.fields, [effect.field]: effect.state };
      break;
    }
    case 'first_report':
      state.firstReports.add(firstReportKey(effect.name, effect.deliveryId));
      break;
    case 'stop_watches':
      for (const [person, running] of state.watches) {
        state.watches.set(
          person,
          running.filter((watch) => !effect.watchIds.includes(watch.id)),
        );
      }
      break;
    default:
  }
}

function withEffect(
  effect: Extract<Effect, { kind: 'identified' | 'linked' }>,
  before: KnownPerson | undefined,
): KnownPerson {
  const isIdentified = effect.kind === 'identified';
  return {
    person: effect.person,
    email: effect.email ?? before?.email ?? null,
    contactId: effect.contactId ?? before?.contactId ?? null,
    dealId: isIdentified ? effect.dealId : (before?.dealId ?? null),
    attributes: isIdentified ? effect.attributes : (before?.attributes ?? null),
    fields: before?.fields ?? {},
  };
}

function personNames(event: StagepostEvent): string[] {
  if (event.kind === 'mail_report') return namesIn(event);
  return event.kind === 'inactivity' ? [event.person] : [];
}

function knownPerson(row: Selectable<PersonRow>): KnownPerson {
  const { person, email, contact_id: contactId, deal_id: dealId, attributes, fields } = row;
  return { person, email, contactId, dealId, attributes, fields: parseFieldStates(fields) };
}

async function watchesByPerson(
  db: Db,
  connection: string,
  persons: string[],
): Promise<Map<string, RunningWatch[]>> {
  const watches = new Map<string, RunningWatch[]>();
  for (const row of await runningWatches(db, connection, persons)) {
    const { id, start, unless, deal_id: dealId } = row;
    const times = { startedAt: inSeconds(row.started_at), firesAt: inSeconds(row.fires_at) };
    const ofPerson = watches.get(row.person) ?? [];
    watches.set(row.person, [...ofPerson, { id, start, unless, dealId, ...times }]);
  }
  return watches;
}

function inSeconds(ms: Millis): UnixSeconds {
  return Math.floor(ms / 1000);
}

/**
 * Checks the watches that have just run out against the stored reports: a report can be stored in time but planned late,
 * while Kommo could not be read.
 */
async function recentActivity(
  db: Db,
  connection: string,
  events: StagepostEvent[],
  rules: Rules,
): Promise<Set<number>> {
  const watchIds = new Set<number>();
  for (const event of events) {
    if (event.kind !== 'inactivity') continue;
    const rule = inactivityRuleFor(event.start, rules);
    if (!rule) continue;
    const machinesCount = reactionFor(rule.unless, rules)?.machineOpens === 'count';
    const reports = await reportsSince(db, connection, event.watchId, rule.unless);
    if (reports.some((report) => machinesCount || !report.machine)) watchIds.add(event.watchId);
  }
  return watchIds;
}
