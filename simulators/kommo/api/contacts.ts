import { isReadable } from '../account.ts';
import { type Check, type Item, need, read, readStamps, readUser } from '../checks.ts';
import { addCompany, addContact, editCompany, editContact, type PersonEdit } from '../edits.ts';
import { readCustomFields } from '../field-values.ts';
import { hal, nothing, type Reply } from '../hal.ts';
import type { Company, Contact } from '../model.ts';
import { within } from '../query.ts';
import { readTags } from '../tags.ts';
import { type Batch, type Planned, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { found, orderBy } from './lists.ts';
import { link, page } from './page.ts';
import { companyView, contactView, hrefOf } from './views.ts';

type Kind = 'contacts' | 'companies';
type Person = Contact | Company;

/** Contacts and companies are alike but for first names, and for the words in the answers. */
const words = {
  contacts: { missing: 'Contact not found', add: addContact, edit: editContact },
  companies: { missing: 'Company not found', add: addCompany, edit: editCompany },
} as const;

function show(call: Call, kind: Kind, one: Person, wanted: Set<string>) {
  return kind === 'contacts'
    ? contactView(call, one as Contact, wanted.has('leads'))
    : companyView(call, one as Company, wanted);
}

function list(call: Call, kind: Kind): Reply {
  const wanted = call.query.with();
  const created = call.query.range('filter', 'created_at');
  const updated = call.query.range('filter', 'updated_at');
  const all = found<Person>(call, kind).filter(
    (one) => !one.is_deleted && within(created, one.created_at) && within(updated, one.updated_at),
  );
  orderBy(call, all, ['updated_at', 'id']);
  return page(call, kind, all, (one) => show(call, kind, one, wanted));
}

function one(call: Call, kind: Kind, id: number): Reply {
  const person = call.account[kind].get(id);
  return person && isReadable(call.account, kind, id)
    ? hal(show(call, kind, person, call.query.with()))
    : nothing;
}

/** A new or changed contact or company, as it will be written. Wrong values are noted in `check`. */
export function readPerson(call: Call, kind: Kind, item: Item, check: Check, now: Person | undefined) {
  const { account } = call;
  const tags = readTags(account, check, kind, item, now?.tags ?? []);
  const named = kind === 'contacts';
  const edit: PersonEdit = {
    ...readStamps(account, check, item),
    name: read(check, item, 'name', 'string'),
    first_name: named ? read(check, item, 'first_name', 'string') : undefined,
    last_name: named ? read(check, item, 'last_name', 'string') : undefined,
    responsible_user_id: readUser(account, check, item, 'responsible_user_id'),
    custom: readCustomFields(account, check, item, kind) ?? [],
  };
  return () => ({ ...edit, ...(tags ? { tags: tags() } : {}) });
}

function planEdit(call: Call, kind: Kind, item: Item, check: Check): Planned<Person> {
  const id = need(check, item, 'id', 'int');
  const person = id === undefined ? undefined : call.account[kind].get(id);
  const edit = readPerson(call, kind, item, check, person);
  if (id === undefined) return undefined;
  if (!person || !isReadable(call.account, kind, id)) return { refused: words[kind].missing, id };
  return { write: () => words[kind].edit(call.account, person as Contact, edit(), call.by) };
}

function planAddition(call: Call, kind: Kind, item: Item, check: Check): Planned<Person> {
  const fresh = readPerson(call, kind, item, check, undefined);
  return { write: () => words[kind].add(call.account, fresh(), call.by) };
}

function edits(call: Call, kind: Kind, single?: number): Batch<Person> {
  return {
    key: kind,
    ...(single === undefined ? {} : { single }),
    plan: (item, check) => planEdit(call, kind, item, check),
    show: ({ id, name, updated_at }) => ({ id, name, updated_at, ...link(hrefOf(call, kind, id)) }),
  };
}

function additions(call: Call, kind: Kind): Batch<Person> {
  const unsorted = kind === 'contacts' ? { is_deleted: false, is_unsorted: false } : {};
  return {
    key: kind,
    plan: (item, check) => planAddition(call, kind, item, check),
    show: ({ id }) => ({ id, ...unsorted, ...link(hrefOf(call, kind, id)) }),
  };
}

const routesOf = (kind: Kind): Routes => ({
  [`GET /${kind}`]: (call) => list(call, kind),
  [`POST /${kind}`]: (call) => runBatch(call, additions(call, kind)),
  [`PATCH /${kind}`]: (call) => runBatch(call, edits(call, kind)),
  [`GET /${kind}/:id`]: (call, id) => one(call, kind, id!),
  [`PATCH /${kind}/:id`]: (call, id) => runBatch(call, edits(call, kind, id)),
});

export const personRoutes: Routes = { ...routesOf('contacts'), ...routesOf('companies') };
