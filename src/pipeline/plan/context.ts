import type { Catalog, Deal, UnixSeconds } from '../../domain/entities.ts';
import type { MailReport, StagepostEvent } from '../../domain/events.ts';
import { chooseDeal } from '../../domain/plan/choose-deal.ts';
import type { DealContext, PlanContext } from '../../domain/plan/plan-types.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import type { PersonLookup } from '../gather/look-up-person.ts';
import { firstReportKey, type PlanningState } from '../gather/planning-state.ts';
import { knownPersonOf } from '../gather/report-names.ts';
import { dealsOfChange } from '../gather/requirements.ts';

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
}

const NOBODY = { person: null, email: null, contactId: null, reason: null };

/** The part of the gathered data that one event's plan depends on. */
export function contextFor(row: StoredEvent, gathered: Gathered): PlanContext {
  const { payload: event } = row;
  const { catalog, state, deals, readAt } = gathered;
  const base = {
    readAt,
    pipelines: catalog.pipelines,
    timezone: catalog.account.timezone,
    known: [...state.persons.values()],
    mailFacts: state.mailFacts,
    subject: NOBODY,
    watches: [],
    reportedBefore: false,
    hasRecentActivity: event.kind === 'inactivity' && state.recentActivity.has(event.watchId),
  };
  if (event.kind === 'mail_report') return { ...base, ...contextOfReport(event, row, gathered) };
  const contexts = dealIdsOf(event, state).map((id) => deals.get(id));
  return { ...base, deals: contexts.filter((deal) => deal !== undefined) };
}

function dealIdsOf(event: Exclude<StagepostEvent, MailReport>, state: PlanningState): number[] {
  return event.kind === 'contact_changed' ? dealsOfChange(event, state) : [event.dealId];
}

/** A report names a person, not a deal: one of the person's deals is chosen. */
function contextOfReport(
  report: MailReport,
  row: StoredEvent,
  { state, people, deals }: Gathered,
): Pick<PlanContext, 'deals' | 'subject' | 'watches' | 'reportedBefore'> {
  const { dealIds, ...lookup } = people.get(report.reportId) ?? { ...NOBODY, dealIds: [] };
  const candidates = dealIds.map((id) => deals.get(id)?.deal).filter((deal): deal is Deal => !!deal);
  const chosen = chooseDeal(candidates);
  const areGone = dealIds.length > 0 && !chosen;
  const reason = areGone ? "This person's deals no longer exist in Kommo." : lookup.reason;
  const person = lookup.person ?? knownPersonOf(report, state.persons)?.person ?? row.person;
  return {
    deals: chosen ? [deals.get(chosen.id)!] : [],
    subject: { ...lookup, person, reason },
    watches: person === null ? [] : (state.watches.get(person) ?? []),
    reportedBefore: state.firstReports.has(firstReportKey(report.name, report.deliveryId)),
  };
}
