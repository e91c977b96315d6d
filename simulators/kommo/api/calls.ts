import { isHidden } from '../account.ts';
import { addNote } from '../activities.ts';
import { type Check, type Item, need, read, readStamps, readUser } from '../checks.ts';
import { defined, isClosed } from '../edits.ts';
import { hal, problem, type Reply } from '../hal.ts';
import type { CustomValue, Note } from '../model.ts';
import type { EntityKind } from '../types.ts';
import { type Planned, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { link } from './page.ts';
import { hrefOf } from './views.ts';

const singular = { leads: 'lead', contacts: 'contact', companies: 'company' } as const;

interface Owner {
  kind: EntityKind;
  id: number;
}

/** "The search is performed by the last 10 digits of the number" (Kommo docs). */
const searchKey = (phone: unknown): string => String(phone).replace(/\D/g, '').slice(-10);

function hasPhone({ account }: Call, custom: CustomValue[], key: string): boolean {
  return custom.some(
    ({ field_id, values }) =>
      account.fields.some(({ id, code }) => id === field_id && code === 'PHONE') &&
      values.some(({ value }) => searchKey(value) === key),
  );
}

/** The first contact with the number, else the first company. Which of several Kommo takes is not documented. */
function findPerson(call: Call, phone: unknown): Owner | undefined {
  const key = searchKey(phone);
  if (key === '') return undefined;
  for (const kind of ['contacts', 'companies'] as const)
    for (const { id, is_deleted, custom } of call.account[kind].values())
      if (!is_deleted && !isHidden(call.account, kind, id) && hasPhone(call, custom, key))
        return { kind, id };
  return undefined;
}

/** The card that gets a call: the only active deal of the person, else the person (Kommo docs). Customers are not simulated. */
function findOwner(call: Call, phone: unknown): Owner | undefined {
  const { account } = call;
  const person = findPerson(call, phone);
  if (!person) return undefined;
  const deals =
    person.kind === 'contacts'
      ? [...(account.leadsOf.get(person.id) ?? [])].map((id) => account.leads.get(id)!)
      : [...account.leads.values()].filter(({ company_id }) => company_id === person.id);
  const active = deals.filter(({ is_deleted, status_id }) => !is_deleted && !isClosed(status_id));
  return active.length === 1 ? { kind: 'leads', id: active[0]!.id } : person;
}

/** `call_responsible` is a user's id, a phone number or a name. */
function readResponsible(check: Check, { call_responsible: value }: Item): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || Number.isInteger(value)) return value;
  check.bad('InvalidType', 'call_responsible');
  return undefined;
}

function readParams(check: Check, item: Item) {
  const call_status = read(check, item, 'call_status', 'int');
  if (call_status !== undefined && (call_status < 1 || call_status > 7))
    check.bad('NotSupportedChoice', 'call_status');
  const phone = typeof item.phone === 'number' ? item.phone : need(check, item, 'phone', 'string');
  return {
    uniq: read(check, item, 'uniq', 'string'),
    duration: need(check, item, 'duration', 'int'),
    source: need(check, item, 'source', 'string'),
    link: read(check, item, 'link', 'string'),
    phone: phone === undefined ? undefined : String(phone),
    call_result: read(check, item, 'call_result', 'string'),
    call_status,
    call_responsible: readResponsible(check, item),
  };
}

const noteTypes: Record<string, string> = { inbound: 'call_in', outbound: 'call_out' };

/** A call becomes a note of its card; null for a number that nobody has. */
function plan(call: Call, item: Item, check: Check): Planned<Note | null> {
  const direction = need(check, item, 'direction', 'string');
  const note_type = noteTypes[direction ?? ''];
  if (direction !== undefined && !note_type) check.bad('NotSupportedChoice', 'direction');
  const params = readParams(check, item);
  const { created_by, created_at } = readStamps(call.account, check, item);
  const responsible_user_id = readUser(call.account, check, item, 'responsible_user_id');
  if (!note_type) return undefined;
  const owner = findOwner(call, params.phone);
  const stamps = { created_by, created_at, responsible_user_id };
  return {
    write() {
      if (!owner) return null;
      const fresh = { entity_id: owner.id, entity_type: owner.kind, note_type, params: defined(params) };
      return addNote(call.account, { ...fresh, ...stamps }, call.by);
    },
  };
}

function show(call: Call, note: Note | null): Item {
  if (!note) return { id: null };
  const { id, entity_id, entity_type } = note;
  const entity = { id: entity_id, ...link(hrefOf(call, entity_type, entity_id)) };
  return {
    id,
    entity_id,
    entity_type: singular[entity_type],
    account_id: call.account.settings.account.id,
    _embedded: { entity },
  };
}

/** 400 where no number was found (public issue thread). With some found and some not, the others are in `errors`. */
function answer(items: Item[]): Reply {
  const calls = items.filter(({ id }) => id !== null).map(({ _links, ...own }) => own);
  const errors = items.filter(({ id }) => id === null).map(() => ({ title: 'Entity not found' }));
  const body = { _total_items: calls.length, errors, _embedded: { calls } };
  if (calls.length > 0) return hal(body);
  return { ...problem(400, ''), body: JSON.stringify(body) };
}

export const callRoutes: Routes = {
  'POST /calls': (call) =>
    runBatch<Note | null>(call, {
      key: 'calls',
      plan: (item, check) => plan(call, item, check),
      show: (note) => show(call, note),
      answer,
    }),
};
