import { EVENT_KINDS } from '../../../domain/events.ts';
import type { EventState } from '../../../store/database/schema.ts';
import { ALL_STATES, type EventPosition, type QueryStrategy } from '../../../store/events/activity.ts';
import type { ActivityRow, Direction, EventKind, Outcome } from './contract.ts';
import { directionOf } from './rows.ts';

/** Which events a list or a stream shows. */
export interface Filter {
  /** Events of other connections never match. */
  connections: readonly string[];
  direction?: Direction | undefined;
  kind?: EventKind | undefined;
  name?: string | undefined;
  deal?: number | undefined;
  /** The person's identifiers and emails, as requested and as stored. */
  persons?: string[] | undefined;
  outcome?: Outcome | undefined;
  repaired?: boolean | undefined;
  hide?: 'nothing' | undefined;
  /** When Stagepost received it, ms; `until` itself is excluded. */
  since?: number | undefined;
  until?: number | undefined;
}

/**
 * The index by which the events that match a filter are read: that of the filter's most selective part.
 * @param isAll the database holds no other connections than the filter's
 */
export function chooseStrategy(
  { direction, kind, deal, persons, outcome, repaired, hide, name, since, until }: Filter,
  isAll: boolean,
): QueryStrategy {
  if (deal !== undefined) return { by: 'deal', deal };
  if (persons !== undefined) return { by: 'person', persons };
  if (outcome === 'failed') return { by: 'actions', which: 'dead' };
  if (outcome === 'open') return { by: 'actions', which: 'open' };
  const narrowing = [kind, direction, outcome, hide, name, since, until];
  if (isAll && !repaired && narrowing.every((value) => value === undefined)) return { by: 'all' };
  const kinds = EVENT_KINDS.filter(
    (candidate) =>
      (kind === undefined || candidate === kind) &&
      (direction === undefined || directionOf(candidate) === direction) &&
      (!repaired || candidate === 'deal_moved') &&
      // Events of other kinds have no name.
      (name === undefined || candidate === 'mail_report' || candidate === 'inactivity'),
  );
  return { by: 'kind', kinds, states: statesOf(outcome, hide) };
}

const STATES: Record<Outcome, EventState[]> = {
  open: ['new', 'planned'],
  done: ['planned'],
  failed: ['planned', 'ignored'],
  nothing: ['ignored'],
  parked: ['parked'],
  waiting: ['waiting'],
  held: ['held'],
};

/** Hidden events narrow the search, too, so that a page is full however few events had consequences. */
function statesOf(outcome: Filter['outcome'], hide: Filter['hide']): readonly EventState[] {
  if (outcome !== undefined) return STATES[outcome];
  return hide === 'nothing' ? ALL_STATES.filter((state) => !STATES.nothing.includes(state)) : ALL_STATES;
}

/** Excludes events that cannot match before their actions are counted, which costs more. */
export function prefilter(event: EventPosition, filter: Filter): boolean {
  const { connections, direction, kind, name, deal, persons, outcome, repaired, hide, since, until } = filter;
  return (
    connections.includes(event.connection) &&
    (kind === undefined || event.kind === kind) &&
    (direction === undefined || directionOf(event.kind) === direction) &&
    (name === undefined || event.name === name) &&
    (deal === undefined || event.deal_id === deal) &&
    (persons === undefined || persons.includes(event.person ?? '')) &&
    (outcome === undefined || STATES[outcome].includes(event.state)) &&
    (!repaired || event.kind === 'deal_moved') &&
    (hide !== 'nothing' || event.state !== 'ignored') &&
    (since === undefined || event.created_at >= since) &&
    (until === undefined || event.created_at < until)
  );
}

/** Whether a row matches the filter. */
export function matches(row: ActivityRow, filter: Filter): boolean {
  const { connections, direction, kind, name, deal, persons, outcome, repaired, hide, since, until } = filter;
  return (
    connections.includes(row.connection) &&
    (direction === undefined || row.direction === direction) &&
    (kind === undefined || row.kind === kind) &&
    (name === undefined || row.name === name) &&
    (deal === undefined || row.dealId === deal) &&
    (persons === undefined || persons.includes(row.person ?? '')) &&
    (outcome === undefined || row.outcome === outcome) &&
    (!repaired || row.repaired) &&
    (hide !== 'nothing' || row.outcome !== 'nothing') &&
    (since === undefined || row.at >= since) &&
    (until === undefined || row.at < until)
  );
}
