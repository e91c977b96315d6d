import type { AccountEvent } from '../events-log.ts';
import { hal, nothing, problem, type Reply } from '../hal.ts';
import type { Call, Routes } from './call.ts';
import { eventTest, wrongFilters } from './event-filters.ts';
import { link, page } from './page.ts';
import { hrefOf } from './views.ts';

const kinds = { lead: 'leads', contact: 'contacts', company: 'companies', task: 'tasks' } as const;
const names = { lead: 'lead_name', contact: 'contact_name', company: 'company_name', task: '' };

/** What an event is about, with its name when `with=lead_name` and the like ask for it. */
function about(call: Call, event: AccountEvent) {
  const kind = kinds[event.entity_type];
  const entity = kind === 'tasks' ? undefined : call.account[kind].get(event.entity_id);
  const name = entity && call.query.with().has(names[event.entity_type]) ? { name: entity.name } : {};
  return { id: event.entity_id, ...name, ...link(hrefOf(call, kind, event.entity_id)) };
}

const eventView = (call: Call, { visibleAt: _visibleAt, ...event }: AccountEvent) => ({
  ...event,
  account_id: call.account.settings.account.id,
  ...link(`${call.base}/api/v4/events/${event.id}`),
  _embedded: { entity: about(call, { ...event, visibleAt: 0 }) },
});

/** The account's history. Which end comes first is not documented, so it is a switch. */
function listEvents(call: Call): Reply {
  const wrong = wrongFilters(call);
  if (wrong) return problem(400, wrong);
  const { events, settings } = call.account;
  const now = settings.now();
  const test = eventTest(call);
  const found = events.all.filter((event) => event.visibleAt <= now && test(event));
  if (settings.switches.eventsOrder === 'newest_first') found.reverse();
  return page(call, 'events', found, (event) => eventView(call, event), {
    cap: settings.switches.eventsPageCap,
  });
}

const types: [key: string, type: number, lang: string][] = [
  ['lead_added', 1, 'New lead'],
  ['lead_deleted', 2, 'Lead deleted'],
  ['lead_restored', 3, 'Lead restored'],
  ['lead_status_changed', 4, 'Lead stage changed'],
  ['contact_added', 5, 'New contact'],
  ['contact_deleted', 6, 'Contact deleted'],
  ['contact_restored', 7, 'Contact restored'],
  ['company_added', 8, 'New company'],
  ['task_added', 9, 'New task'],
  ['task_completed', 10, 'Task completed'],
  ['common_note_added', 11, 'New note'],
  ['entity_responsible_changed', 12, 'Responsible user changed'],
  ['entity_tag_added', 13, 'Tags added'],
  ['entity_tag_deleted', 14, 'Tags removed'],
  ['sale_field_changed', 15, 'Sale value changed'],
  ['name_field_changed', 16, 'Name changed'],
  ['custom_field_value_changed', 17, 'Field changed'],
  ['entity_linked', 18, 'Linked'],
  ['entity_unlinked', 19, 'Unlinked'],
  ['entity_merged', 20, 'Merged'],
];

function listTypes(call: Call): Reply {
  const events_types = types.map(([key, type, lang]) => ({ key, type, lang }));
  return hal({
    _total_items: types.length,
    ...link(`${call.base}${call.path}`),
    _embedded: { events_types },
  });
}

/** The path of one event ends in its text id, so it is asked for outside the table of routes. */
export function oneEvent(call: Call, id: string): Reply {
  const now = call.account.settings.now();
  const event = call.account.events.all.find((one) => one.id === id && one.visibleAt <= now);
  return event ? hal(eventView(call, event)) : nothing;
}

export const eventRoutes: Routes = { 'GET /events': listEvents, 'GET /events/types': listTypes };
