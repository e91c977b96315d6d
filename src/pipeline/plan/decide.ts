import type { Selectable } from 'kysely';
import { eventId } from '../../customerio/index.ts';
import { destinationOf, orderingKey } from '../../domain/actions.ts';
import type { Deal } from '../../domain/entities.ts';
import type { MailReport } from '../../domain/events.ts';
import { peopleOf } from '../../domain/person.ts';
import { type DealContext, noActions, type Plan, type PlanContext, plan } from '../../domain/plan/plan.ts';
import { chooseDeal } from '../../domain/plan/plan-report.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import type { NewAction } from '../../store/actions/actions.ts';
import type { Db } from '../../store/database/database.ts';
import type { EventRow } from '../../store/database/schema.ts';
import { personsNamed } from '../../store/people.ts';
import type { Connection } from '../connection.ts';
import { type PersonLookup, personOf } from '../gather/find-people.ts';
import { knownPerson, type PlanningState } from '../gather/planning-state.ts';
import {
  type DealRequirement,
  dealsRequiredBy,
  dealsRequiredByReport,
  requiresPerson,
} from '../gather/requirements.ts';

/*
 * The steps from stored events to decisions that write nothing: the planning goes them, and so does who only asks what
 * would be decided.
 */

export type Event = Selectable<EventRow>;

/** An event that breaks the planning (a text that cannot be rendered) is kept with the reason; the others go on. */
export function planEvent(row: Event, context: PlanContext, { rules }: Pick<Connection, 'rules'>): Plan {
  try {
    return plan(row.payload, context, rules);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return {
      ...noActions(`This could not be planned: ${words}`),
      warnings: ['Check the texts of the rule.'],
    };
  }
}

/** The reports whose person must be found. */
export function reportsRequiringPerson(events: Event[], rules: Rules, facts: PlanningState): MailReport[] {
  return events
    .map(({ payload }) => payload)
    .filter((event) => event.kind === 'mail_report')
    .filter((report) => requiresPerson(report, rules, facts));
}

/** The deals that the events need; of a report, every deal that it may go to. */
export function requiredDeals(
  events: Event[],
  rules: Rules,
  facts: PlanningState,
  found: Map<string, PersonLookup>,
): DealRequirement[] {
  return events.flatMap(({ payload }) => {
    if (payload.kind !== 'mail_report') return dealsRequiredBy(payload, rules, facts);
    return dealsRequiredByReport(payload, found.get(payload.reportId)?.dealIds ?? [], rules);
  });
}

/** The deals' people may be known from other deals: what was last sent to them counts too. */
export async function loadPeopleOfDeals(
  db: Db,
  connection: Connection,
  deals: Map<number, DealContext>,
  facts: PlanningState,
): Promise<void> {
  const names = [...deals.values()]
    .flatMap((found) => peopleOf(found.contacts, connection.rules).people.map((person) => person.person))
    .filter((person) => !facts.persons.has(person));
  for (const row of await personsNamed(db, connection.name, [...new Set(names)])) {
    facts.persons.set(row.person, knownPerson(row));
  }
}

export function contextFor(
  row: Event,
  connection: Connection,
  facts: PlanningState,
  found: Map<string, PersonLookup>,
  deals: Map<number, DealContext>,
  readAt: number,
): PlanContext {
  const event = row.payload;
  const known = [...facts.persons.values()];
  const base = {
    readAt,
    pipelines: connection.catalog.pipelines,
    timezone: connection.catalog.account.timezone,
    known,
    subject: { person: null, email: null, contactId: null, reason: null },
    watches: [],
    reportedBefore: false,
    hasRecentActivity: event.kind === 'inactivity' && facts.recentActivity.has(event.watchId),
  };
  if (event.kind === 'mail_report') {
    const subject = found.get(event.reportId) ?? { ...base.subject, dealIds: [] };
    const chosen = chooseDeal(
      subject.dealIds.map((id) => deals.get(id)?.deal).filter((deal): deal is Deal => !!deal),
    );
    const gone = subject.dealIds.length > 0 && !chosen;
    const reason = gone ? 'The deals of this person do not exist any more in Kommo.' : subject.reason;
    const person = subject.person ?? personOf(event, facts)?.person ?? row.person;
    return {
      ...base,
      deals: chosen ? [deals.get(chosen.id)!] : [],
      subject: { person, email: subject.email, contactId: subject.contactId, reason },
      watches: person === null ? [] : (facts.watches.get(person) ?? []),
      reportedBefore: facts.firstReports.has(`${event.name} ${event.deliveryId}`),
    };
  }
  const ids =
    event.kind === 'contact_changed'
      ? dealsRequiredBy(event, connection.rules, facts).map((need) => need.dealId)
      : [event.dealId];
  const contexts = ids.map((id) => deals.get(id)).filter((deal) => deal !== undefined);
  return { ...base, deals: contexts };
}

/** The plan's actions as outbox rows. The ULID depends on nothing but the event and the position. */
export function actionsOf(row: Event, decided: Plan): NewAction[] {
  return decided.actions.map(({ action, after }, position) => ({
    connection: row.connection,
    lane: destinationOf(action),
    event_id: row.id,
    subject: orderingKey(action),
    deal_id: 'dealId' in action ? action.dealId : decided.dealId,
    payload: action,
    ulid: eventId(row.created_at, `${row.connection}/${row.key}/${position}`),
    after,
  }));
}
