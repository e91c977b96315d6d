import type { Selectable } from 'kysely';
import { deterministicUlid } from '../customerio/index.ts';
import { destinationOf, subjectOf } from '../rules/actions.ts';
import type { Deal } from '../rules/entities.ts';
import { peopleOf } from '../rules/person.ts';
import { type Context, type DealContext, nothing, type Plan, plan } from '../rules/plan.ts';
import { chooseDeal } from '../rules/plan-report.ts';
import type { Database, Db } from '../store/database.ts';
import type { NewAction } from '../store/queries/actions.ts';
import { newEvents, postponeEvents, postponeFailed } from '../store/queries/events.ts';
import { personsNamed } from '../store/queries/persons.ts';
import type { EventRow, Millis } from '../store/schema.ts';
import type { Connection } from './connection.ts';
import { type Facts, knownPerson, loadFacts } from './facts.ts';
import { type Fence, noFence } from './fence.ts';
import { type Found, findPeople, personOf } from './find-people.ts';
import { gatherDeals } from './gather.ts';
import { needsOf, needsOfReport, needsPerson } from './needs.ts';
import { savePlans } from './save-plans.ts';

/** How many events are gathered for and planned in one go: what one Kommo page can hold. */
export const PLAN_BATCH = 250;

/** Lookups of people whom Stagepost does not know stand behind everything else, for at most this long. */
const STRANGERS_WAIT_MS = 30_000;
/** Strangers that are not looked up in this turn make room in the batch for what came after them. */
const LATER_MS = 2_000;

type Event = Selectable<EventRow>;

/**
 * Plans the connection's new events: gathers what they need, decides, and writes actions and
 * decisions in one transaction.
 * @returns how many were planned.
 * @throws DeliveryError where a side could not be read; the events stay as they are.
 */
export async function planBatch(
  database: Database,
  live: Connection,
  now: Millis,
  fence: Fence = noFence,
  limit = PLAN_BATCH,
): Promise<number> {
  // Other rules may be published meanwhile: one batch is read for and decided by one version.
  const connection = { ...live };
  const batch = await newEvents(database.db, connection.name, now, limit);
  if (batch.length === 0) return 0;
  const facts = await loadFacts(database.db, connection.name, batch, connection.rules);
  const reports = batch
    .map(({ payload }) => payload)
    .filter((event) => event.kind === 'mail_report')
    .filter((report) => needsPerson(report, connection.rules, facts));
  // Strangers are looked up when nothing else is to be planned, or when they have waited long enough.
  const oldest = Math.min(...batch.map((row) => row.created_at));
  const mayAsk = (strangers: number) => strangers === batch.length || now - oldest > STRANGERS_WAIT_MS;
  const { found, later, unanswered } = await findPeople(database.db, connection, reports, facts, now, mayAsk);
  const isIn =
    (set: Set<string>) =>
    ({ payload }: Event) =>
      payload.kind === 'mail_report' && set.has(payload.reportId);
  const idsOf = (rows: Event[]) => rows.map((row) => row.id);
  await postponeEvents(database.db, idsOf(batch.filter(isIn(later))), now + LATER_MS);
  await postponeFailed(database.db, idsOf(batch.filter(isIn(unanswered))), now);
  const events = batch.filter((row) => !isIn(later)(row) && !isIn(unanswered)(row));
  const deals = await gatherFor(connection, events, facts, found);
  await addPeopleOfDeals(database.db, connection, deals, facts);

  const readAt = Math.floor(now / 1000);
  const plans = events.map((row) => {
    const decided = planOne(row, contextFor(row, connection, facts, found, deals, readAt), connection);
    for (const effect of decided.effects) facts.apply(effect);
    return { row, plan: decided, actions: actionsOf(row, decided) };
  });
  await savePlans(database, connection, plans, facts, now, fence);
  return events.length;
}

/** An event that breaks the planning (a text that cannot be rendered) is kept with the reason; the others go on. */
function planOne(row: Event, context: Context, connection: Connection): Plan {
  try {
    return plan(row.payload, context, connection.rules);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { ...nothing(`This could not be planned: ${words}`), warnings: ['Check the texts of the rule.'] };
  }
}

/** Reads the deals that the events need; of a report, every deal that it may go to. */
async function gatherFor(
  connection: Connection,
  events: Event[],
  facts: Facts,
  found: Map<string, Found>,
): Promise<Map<number, DealContext>> {
  const { rules } = connection;
  const needs = events.flatMap(({ payload }) => {
    if (payload.kind !== 'mail_report') return needsOf(payload, rules, facts);
    return needsOfReport(payload, found.get(payload.reportId)?.dealIds ?? [], rules);
  });
  return gatherDeals(connection, needs);
}

/** The deals' people may be known from other deals: what was last sent to them counts too. */
async function addPeopleOfDeals(
  db: Db,
  connection: Connection,
  deals: Map<number, DealContext>,
  facts: Facts,
): Promise<void> {
  const names = [...deals.values()]
    .flatMap((found) => peopleOf(found.contacts, connection.rules).people.map((person) => person.person))
    .filter((person) => !facts.persons.has(person));
  for (const row of await personsNamed(db, connection.name, [...new Set(names)])) {
    facts.persons.set(row.person, knownPerson(row));
  }
}

function contextFor(
  row: Event,
  connection: Connection,
  facts: Facts,
  found: Map<string, Found>,
  deals: Map<number, DealContext>,
  readAt: number,
): Context {
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
    signOfLife: event.kind === 'inactivity' && facts.signsOfLife.has(event.watchId),
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
      ? needsOf(event, connection.rules, facts).map((need) => need.dealId)
      : [event.dealId];
  const contexts = ids.map((id) => deals.get(id)).filter((deal) => deal !== undefined);
  return { ...base, deals: contexts };
}

/** The plan's actions as outbox rows. The ULID depends on nothing but the event and the position. */
function actionsOf(row: Event, decided: Plan): NewAction[] {
  return decided.actions.map(({ action, after }, position) => ({
    connection: row.connection,
    lane: destinationOf(action),
    event_id: row.id,
    subject: subjectOf(action),
    deal_id: 'dealId' in action ? action.dealId : decided.dealId,
    payload: action,
    ulid: deterministicUlid(row.created_at, `${row.connection}/${row.key}/${position}`),
    after,
  }));
}
