import type { AccountEvent } from '../events-log.ts';
import { problem, type Reply } from '../hal.ts';
import { within } from '../query.ts';
import { type Api, among, type Call, ids, page, selfLink } from './call.ts';

/** The account's history. An event appears `eventsLateMs` after it happened; which end comes first is a switch. */
export function listEvents(api: Api, call: Call): Reply {
  const { query } = call;
  const { settings, events } = api.account;
  const entities = query.list('filter', 'entity');
  const entityIds = ids(query, 'entity_id');
  const eventIds = query.list('filter', 'id');
  const by = ids(query, 'created_by');
  if (entityIds && entities?.length !== 1)
    return problem(400, 'Filter by entity_id needs exactly one entity type');
  if ((entityIds?.size ?? 0) > 10 || (by?.size ?? 0) > 10 || (eventIds?.length ?? 0) > 100)
    return problem(400, 'Too many values in filter');
  const types = query.list('filter', 'type');
  const created = query.range('filter', 'created_at');
  const entered = leadStages(call, 'value_after');
  const left = leadStages(call, 'value_before');
  const now = settings.now();
  const { eventsPageCap, eventsOrder } = settings.switches;
  const found = events.all.filter(
    (event) =>
      event.visibleAt <= now &&
      within(created, event.created_at) &&
      (!types || types.includes(event.type)) &&
      (!entities || entities.includes(event.entity_type)) &&
      among(entityIds, event.entity_id) &&
      (!eventIds || eventIds.includes(event.id)) &&
      among(by, event.created_by) &&
      entered(event.value_after) &&
      left(event.value_before),
  );
  const options = { cap: eventsPageCap, defaultLimit: Math.min(50, eventsPageCap) };
  return page(
    api,
    call,
    'events',
    eventsOrder === 'newest_first' ? found.reverse() : found,
    (event) => eventView(api, event),
    options,
  );
}

/** `filter[value_after][leads_statuses][0][pipeline_id]=1&filter[value_after][leads_statuses][0][status_id]=2` */
function leadStages({ query }: Call, side: 'value_after' | 'value_before'): (values: unknown[]) => boolean {
  const path = ['filter', side, 'leads_statuses'];
  const wanted = [...new Set(query.names(...path))].map(
    (index) => `${query.one(...path, index, 'pipeline_id')}/${query.one(...path, index, 'status_id')}`,
  );
  if (wanted.length === 0) return () => true;
  return (values) => {
    const stage = (values[0] as { lead_status?: { id: number; pipeline_id: number } } | undefined)
      ?.lead_status;
    return stage !== undefined && wanted.includes(`${stage.pipeline_id}/${stage.id}`);
  };
}

function eventView(api: Api, event: AccountEvent) {
  const { visibleAt: _visibleAt, ...shown } = event;
  return {
    ...shown,
    account_id: api.account.settings.account.id,
    ...selfLink(api, `/events/${event.id}`),
    _embedded: { entity: { id: event.entity_id, ...selfLink(api, entityPath(event)) } },
  };
}

const paths: Record<string, string> = {
  lead: 'leads',
  contact: 'contacts',
  company: 'companies',
  task: 'tasks',
};

const entityPath = (event: AccountEvent): string => `/${paths[event.entity_type]}/${event.entity_id}`;
