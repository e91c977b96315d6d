import { type EventPosition, MAX_PROBES, type QueryStrategy } from '../../../store/events/event-pages.ts';
import { type Filter, kindsAndStates } from './filter.ts';

/**
 * The index by which the events that match a filter are read: that of the filter's most selective part.
 * @param isAll the filter has no limits, and the database holds no other connections than the filter's
 */
export function chooseStrategy(filter: Filter, isAll: boolean): QueryStrategy {
  const { deal, persons, stage, campaign, reason, owner, outcome } = filter;
  if (deal !== undefined) return { by: 'deal', deal };
  if (persons !== undefined) return { by: 'person', persons };
  if (outcome === 'failed') return { by: 'actions', which: 'dead' };
  if (outcome === 'open') return { by: 'actions', which: 'open' };
  if (reason !== undefined) return { by: 'reason', reason };
  if (stage !== undefined) return { by: 'stage', stage };
  if (campaign !== undefined) return { by: 'campaign', campaign };
  if (owner !== undefined) return { by: 'owner', owner };
  if (isAll) return { by: 'all' };
  const of = kindsAndStates(filter);
  return filter.connections.length * of.length > MAX_PROBES ? { by: 'all' } : { by: 'kind', of };
}

/** Whether a list has all events of its connections. */
export function isUnlimited({ connections: _, ...filter }: Filter): boolean {
  return Object.values(filter).every((value) => value === undefined || value === false);
}

/** Whether a list is in the order of ids; else it is in that of the times of receipt. */
export function isById({ by }: QueryStrategy): boolean {
  return by === 'deal' || by === 'person' || by === 'actions' || by === 'all';
}

/** Whether a strategy reads an event before another one. */
export function isReadBefore(
  strategy: QueryStrategy,
  a: Pick<EventPosition, 'id' | 'created_at'>,
  b: Pick<EventPosition, 'id' | 'created_at'>,
): boolean {
  return isById(strategy) || a.created_at === b.created_at ? a.id > b.id : a.created_at > b.created_at;
}

/** Whether the strategy reads an event at all, given its actions. */
export function reads(
  strategy: QueryStrategy,
  event: { state: string; failed: number; open: number },
): boolean {
  if (strategy.by !== 'actions') return true;
  return strategy.which === 'dead' ? event.failed > 0 : event.open > 0 || event.state === 'new';
}
