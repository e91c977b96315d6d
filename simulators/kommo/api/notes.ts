import type { Account } from '../account.ts';
import { addNote } from '../edits.ts';
import { hal, nothing, type Reply } from '../hal.ts';
import type { Note } from '../model.ts';
import { within } from '../query.ts';
import type { EntityType } from '../seed.ts';
import { type Check, checkUser, isObject, type Item, typed } from '../validation.ts';
import { type Api, among, type Call, ids, ordered, page, pick } from './call.ts';
import { noteView } from './views.ts';
import { write } from './write.ts';

/** What each type of note must say (Kommo docs). */
const params: Record<string, Record<string, 'string' | 'int'>> = {
  common: { text: 'string' },
  call_in: { uniq: 'string', duration: 'int', source: 'string', link: 'string', phone: 'string' },
  call_out: { uniq: 'string', duration: 'int', source: 'string', link: 'string', phone: 'string' },
  service_message: { service: 'string', text: 'string' },
  extended_service_message: { service: 'string', text: 'string' },
  geolocation: { text: 'string', address: 'string', longitude: 'string', latitude: 'string' },
  sms_in: { text: 'string', phone: 'string' },
  sms_out: { text: 'string', phone: 'string' },
  attachment: { file_uuid: 'string', version_uuid: 'string', file_name: 'string' },
};

/** Notes of all entities of a kind, or of one of them. */
export function listNotes(api: Api, call: Call, entity: EntityType, entityId?: number): Reply {
  const { query } = call;
  const of = entityId === undefined ? ids(query, 'entity_id') : new Set([entityId]);
  const types = query.list('filter', 'note_type');
  const updated = query.range('filter', 'updated_at');
  const wanted = ids(query, 'id');
  const start = of
    ? [...of].flatMap((id) => api.account.notesOf.get(`${entity}/${id}`) ?? [])
    : pick(api.account.notes, wanted);
  const found = start.filter(
    (note) =>
      note.entity_type === entity &&
      among(wanted, note.id) &&
      (!types || types.includes(note.note_type)) &&
      within(updated, note.updated_at),
  );
  return page(api, call, 'notes', ordered(found, query, ['id', 'updated_at']), (note) => noteView(api, note));
}

export function oneNote(api: Api, entity: EntityType, entityId: number, id: number): Reply {
  const note = api.account.notes.get(id);
  return note?.entity_type === entity && note.entity_id === entityId ? hal(noteView(api, note)) : nothing;
}

function exists(account: Account, entity: EntityType, id: unknown): boolean {
  const found = account[entity].get(Number(id));
  return found !== undefined && !found.is_deleted;
}

function checkNote(account: Account, item: Item, check: Check): void {
  checkUser(account, check, item);
  if (item.note_type === undefined) return check.bad('FieldMissing', 'note_type');
  const wanted = typeof item.note_type === 'string' ? params[item.note_type] : undefined;
  if (!wanted) return check.bad('NotSupportedChoice', 'note_type');
  if (item.params === undefined) return check.bad('FieldMissing', 'params');
  if (!isObject(item.params)) return void typed(check, item, 'params', 'object');
  for (const [name, type] of Object.entries(wanted)) checkParam(check, item.params, name, type);
}

function checkParam(check: Check, given: Item, name: string, type: 'string' | 'int'): void {
  const path = `params.${name}`;
  const value = given[name];
  if (value === undefined) check.bad('FieldMissing', path);
  else if (value === null) check.bad('NotNullable', path);
  else if (type === 'int' ? !Number.isInteger(value) : typeof value !== 'string')
    check.bad('InvalidType', path, `This value should be of type ${type}.`);
  else if (name === 'text' && (value as string).trim() === '')
    check.bad('NotNullable', path, 'This value should not be blank.');
}

/**
 * Adds notes to one entity, or to the ones the items name. An entity that does not exist is answered as for
 * other unknown ids: `{"errors": {"1": "Lead not found"}}`.
 */
export function addNotes(api: Api, call: Call, entity: EntityType, entityId?: number): Reply {
  const { account } = api;
  const missing = { leads: 'Lead', contacts: 'Contact', companies: 'Company' }[entity];
  const body = Array.isArray(call.body) ? withEntity(call.body, entityId) : call.body;
  return write<Note>(api, { ...call, body }, undefined, {
    name: 'notes',
    path: entityId === undefined ? `/${entity}/notes` : `/${entity}/${entityId}/notes`,
    unknown: (item) =>
      item.entity_id !== undefined && !exists(account, entity, item.entity_id)
        ? { id: String(item.entity_id), reason: `${missing} not found` }
        : undefined,
    prepare(item, check) {
      if (item.entity_id === undefined) check.bad('FieldMissing', 'entity_id');
      checkNote(account, item, check);
      return () =>
        addNote(
          account,
          {
            entity_id: Number(item.entity_id),
            entity_type: entity,
            note_type: item.note_type as string,
            params: item.params as Item,
            ...(item.responsible_user_id === undefined
              ? {}
              : { responsible_user_id: item.responsible_user_id as number }),
          },
          api.by(),
        );
    },
    answer: (note) => ({ entity_id: note.entity_id }),
    link: (note) => `/${entity}/${note.entity_id}/notes/${note.id}`,
  });
}

const withEntity = (items: unknown[], id: number | undefined): unknown[] =>
  id === undefined ? items : items.map((item) => (isObject(item) ? { ...item, entity_id: id } : item));
