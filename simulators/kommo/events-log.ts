import type { CustomValue, FieldDefinition, Lead, Tag } from './model.ts';

/** One entry of the account's history, as `GET /events` shows it. */
export interface AccountEvent {
  id: string;
  type: string;
  entity_id: number;
  entity_type: 'lead' | 'contact' | 'company' | 'task';
  created_by: number;
  created_at: number;
  value_after: unknown[];
  value_before: unknown[];
  /** Unix ms from which the log shows it. */
  visibleAt: number;
}

export type NewEvent = Omit<AccountEvent, 'id' | 'visibleAt'>;

export interface EventsLog {
  add(event: NewEvent): void;
  /** An entry with an id of its own, e.g. of a recorded history. */
  insert(event: Omit<AccountEvent, 'visibleAt'>): void;
  /** Oldest first. */
  readonly all: AccountEvent[];
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ids look like `01pz58t6p04ymgsgfbmfyfy1mf`: 26 characters, the time first. */
function eventId(ms: number, count: number): string {
  let [time, rest, id] = [ms, count, ''];
  for (let place = 0; place < 16; place++) {
    id = alphabet[rest % 32] + id;
    rest = Math.floor(rest / 32);
  }
  for (let place = 0; place < 10; place++) {
    id = alphabet[time % 32] + id;
    time = Math.floor(time / 32);
  }
  return id;
}

/** `lateMs` after it was written an event becomes visible; its `created_at` is the time of the change. */
export function createEventsLog(now: () => number, lateMs: () => number): EventsLog {
  const all: AccountEvent[] = [];
  return {
    all,
    insert: (event) => void all.push({ ...event, visibleAt: now() + lateMs() }),
    add(event) {
      const written = now();
      all.push({ ...event, id: eventId(written, all.length + 1), visibleAt: written + lateMs() });
    },
  };
}

type Values = Pick<NewEvent, 'type' | 'value_after' | 'value_before'>;

const status = (lead: Lead) => [{ lead_status: { id: lead.status_id, pipeline_id: lead.pipeline_id } }];

/** What the history says about an edit of a lead. */
export function leadEvents(before: Lead, after: Lead, fields: FieldDefinition[]): Values[] {
  const events: Values[] = [];
  const add = (type: string, value_before: unknown[], value_after: unknown[]): void =>
    void events.push({ type, value_before, value_after });

  if (before.status_id !== after.status_id || before.pipeline_id !== after.pipeline_id)
    add('lead_status_changed', status(before), status(after));
  if (before.responsible_user_id !== after.responsible_user_id)
    add(
      'entity_responsible_changed',
      [{ responsible_user: { id: before.responsible_user_id } }],
      [{ responsible_user: { id: after.responsible_user_id } }],
    );
  if (before.price !== after.price)
    add(
      'sale_field_changed',
      [{ sale_field_value: { sale: before.price } }],
      [{ sale_field_value: { sale: after.price } }],
    );
  if (before.name !== after.name)
    add(
      'name_field_changed',
      [{ name_field_value: { name: before.name } }],
      [{ name_field_value: { name: after.name } }],
    );
  return [...events, ...tagEvents(before, after), ...fieldEvents(before.custom, after.custom, fields)];
}

/** One entry for all tags that came, one for all that went. */
export function tagEvents(before: { tags: Tag[] }, after: { tags: Tag[] }): Values[] {
  const missing = (from: Tag[], other: Tag[]) =>
    from.filter((tag) => !other.some((one) => one.id === tag.id)).map(({ name }) => ({ tag: { name } }));
  const added = missing(after.tags, before.tags);
  const deleted = missing(before.tags, after.tags);
  return [
    ...(added.length > 0 ? [{ type: 'entity_tag_added', value_before: [], value_after: added }] : []),
    ...(deleted.length > 0 ? [{ type: 'entity_tag_deleted', value_before: deleted, value_after: [] }] : []),
  ];
}

export function fieldEvents(
  before: CustomValue[],
  after: CustomValue[],
  fields: FieldDefinition[],
): Values[] {
  const ids = new Set([...before, ...after].map((one) => one.field_id));
  return [...ids].flatMap((id) => {
    const [old, fresh] = [before, after].map((list) => list.find((one) => one.field_id === id)?.values ?? []);
    if (JSON.stringify(old) === JSON.stringify(fresh)) return [];
    const field_type = fieldTypes[fields.find((field) => field.id === id)?.type ?? 'text'] ?? 1;
    const show = (values: CustomValue['values'] | undefined) =>
      (values ?? []).map((one) => ({
        custom_field_value: {
          field_id: id,
          field_type,
          enum_id: one.enum_id ?? null,
          text: String(one.value),
        },
      }));
    return [
      {
        type: `custom_field_${id}_value_changed`,
        value_before: show(old),
        value_after: show(fresh),
      },
    ];
  });
}

/** Numbers of the field types in the history, as the product's older API numbered them. */
const fieldTypes: Record<string, number> = {
  text: 1,
  numeric: 2,
  checkbox: 3,
  select: 4,
  multiselect: 5,
  date: 6,
  url: 7,
  multitext: 8,
  textarea: 9,
  radiobutton: 10,
};
