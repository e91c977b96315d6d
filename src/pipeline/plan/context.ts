import { addressesOf } from '../../domain/address.ts';
import type { Catalog, UnixSeconds } from '../../domain/entities.ts';
import type { MailReport, StagepostEvent } from '../../domain/events.ts';
import { holds, isOn } from '../../domain/people/names.ts';
import { peopleNamed, peopleOnDeal, personWith } from '../../domain/people/people.ts';
import { type KnownPerson, shownName } from '../../domain/people/person-types.ts';
import { isTestId } from '../../domain/people/test-person.ts';
import type { DealContext, PlanContext, RunningWatch } from '../../domain/plan/plan-types.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { PersonLookup } from '../gather/look-up-person.ts';
import { firstReportKey, type PlanningState, triggerOf } from '../gather/planning-state.ts';
import { knownPersonOf, waitingName } from '../gather/report-names.ts';
import { attributeDeals, dealsOfChange } from '../gather/requirements.ts';

/** The data gathered for a batch of events. */
export interface Gathered {
  catalog: Catalog;
  /** Changes with each plan of the batch. */
  state: PlanningState;
  /** The people of reports, by report id. */
  people: ReadonlyMap<string, PersonLookup>;
  /** Deals by id. */
  deals: ReadonlyMap<number, DealContext>;
  readAt: UnixSeconds;
  /** The events of stages that were sent already; see `PlanContext.isSentAlready`. Missing: none. */
  sentAlready?: ReadonlySet<number>;
}

const NOBODY = { key: null, person: null, reason: null };

/** The part of the gathered data that one event's plan depends on. */
export function contextFor(row: StoredEvent, gathered: Gathered): PlanContext {
  const { payload: event } = row;
  const { catalog, state, deals, readAt, sentAlready } = gathered;
  const base = {
    readAt,
    waitingSince: row.waiting_since === null ? null : Math.floor(row.waiting_since / 1000),
    isSentAlready: sentAlready?.has(row.id) ?? false,
    release: releaseOf(row),
    sent: event.kind === 'deal_moved' ? state.sent : [],
    pipelines: catalog.pipelines,
    timezone: catalog.account.timezone,
    country: catalog.account.country,
    ledger: state.consent.ledger,
    shows: state.consent.shows,
    crm: {
      ...{ writes: state.consent.writes, lost: state.consent.lost, marks: state.consent.marks },
      ...{ deals, people: state.people.byKey, users: catalog.users },
    },
    subject: NOBODY,
    watches: [],
    reportedBefore: false,
    hasRecentActivity: event.kind === 'inactivity' && state.recentActivity.has(event.watchId),
  };
  if (event.kind === 'mail_report') return { ...base, ...contextOfReport(event, row, gathered) };
  const contexts = dealIdsOf(event, gathered).map((id) => deals.get(id));
  const found = contexts.filter((deal) => deal !== undefined);
  const key = event.kind === 'inactivity' ? event.person : null;
  const contacts = 'contactId' in event ? peopleNamed(state.people, 'contact', String(event.contactId)) : [];
  const known = [...new Set([...peopleConcerned(found, key, gathered), ...contacts])];
  return { ...base, deals: found, known, watches: watchesOnDeal(event, state) };
}

/** The running watches of a deal that moves: winning or losing it may stop them. */
function watchesOnDeal(event: StagepostEvent, { watches }: PlanningState): RunningWatch[] {
  if (event.kind !== 'deal_moved') return [];
  return [...watches.values()].flat().filter(({ dealId }) => dealId === event.dealId);
}

/** The people of these deals, and the one with the key. */
function peopleConcerned(
  contexts: DealContext[],
  key: string | null,
  { state: { people } }: Gathered,
): KnownPerson[] {
  const known = new Map<string, KnownPerson>();
  const add = (person: KnownPerson | undefined) => person && known.set(person.key, person);
  if (key !== null) add(personWith(people, key));
  for (const { deal, contacts } of contexts) {
    if (deal) peopleOnDeal(people, deal.id).forEach(add);
    for (const { id, emails } of contacts) {
      peopleNamed(people, 'contact', String(id)).forEach(add);
      for (const address of emails.flatMap(addressesOf)) peopleNamed(people, 'address', address).forEach(add);
    }
  }
  return [...known.values()];
}

function releaseOf({ released_at, released_with }: StoredEvent): PlanContext['release'] {
  return released_at === null
    ? null
    : { at: Math.floor(released_at / 1000), timestamp: released_with ?? 'move' };
}

/** For a stage change also the deals that supply the attributes of the deal's people, as far as they were read. */
function dealIdsOf(event: Exclude<StagepostEvent, MailReport>, { state }: Gathered): number[] {
  if ('contactId' in event) return dealsOfChange(event, state);
  if (event.kind !== 'deal_moved') return [event.dealId];
  const others = attributeDeals(peopleOnDeal(state.people, event.dealId));
  return [...new Set([event.dealId, ...others])];
}

/** A report names a person, not a deal: all deals of the person are candidates. */
function contextOfReport(
  report: MailReport,
  row: StoredEvent,
  gathered: Gathered,
): Pick<
  PlanContext,
  'deals' | 'newDeals' | 'subject' | 'known' | 'watches' | 'reportedBefore' | 'trigger' | 'unreadDealId'
> {
  const { state, people, deals } = gathered;
  const lookup = people.get(report.reportId);
  const known = lookup?.key ? personWith(state.people, lookup.key) : knownPersonOf(report, state.people);
  const dealIds = (lookup?.dealIds ?? []).filter((id) => !known || isOn(known, id));
  const trigger = triggerOf(report, state);
  const unreadDealId = lookup?.unreadDealId;
  const own = lookup?.ownDealId === undefined ? [] : [lookup.ownDealId];
  const found = [...new Set([...dealIds, ...own])]
    .map((id) => deals.get(id))
    .filter((context) => context?.deal != null) as DealContext[];
  // A report waits under a name of its own: a contact that a look-up has found can be merged into another until then.
  const shown = known ? shownName(known) : (row.person ?? nameOfUnknown(report, lookup));
  // Other events of the batch have shown that the person is on these deals as well.
  const newDeals = (known?.links ?? [])
    .filter((link) => holds(link) && !found.some(({ deal }) => deal?.id === link.dealId))
    .map(({ dealId }) => deals.get(dealId))
    .filter((context) => context?.deal != null) as DealContext[];
  return {
    deals: found,
    newDeals,
    known: peopleConcerned([...found, ...newDeals], known?.key ?? null, gathered),
    subject: {
      key: known?.key ?? null,
      person: shown,
      reason: found.length > 0 || unreadDealId !== undefined ? null : whyNoDeal(lookup, deals),
      isTest: lookup?.isTest ?? isTestId(report.person.id),
    },
    ...(unreadDealId !== undefined && { unreadDealId }),
    ...(trigger && { trigger: { eventId: trigger.event_id, dealId: trigger.deal_id } }),
    watches: known ? (state.watches.get(known.key) ?? []) : [],
    reportedBefore: state.firstReports.has(firstReportKey(report.name, report.deliveryId)),
  };
}

/** A report that names its person by `cio_id` only waits under the address that Customer.io has, else under that id. */
function nameOfUnknown(report: MailReport, lookup: PersonLookup | undefined): string | null {
  return lookup?.email ?? waitingName(report);
}

function whyNoDeal(lookup: PersonLookup | undefined, deals: Gathered['deals']): string | null {
  if (!lookup || lookup.dealIds.length === 0) return lookup?.reason ?? null;
  const stillExist = lookup.dealIds.some((id) => deals.get(id)?.deal);
  return stillExist
    ? `This person is not a contact of deal ${lookup.dealIds.join(', ')} (any more).`
    : "This person's deals no longer exist in Kommo.";
}
