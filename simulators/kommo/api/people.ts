import { addCompany, addContact, editCompany, editContact } from '../edits.ts';
import { hal, nothing, type Reply } from '../hal.ts';
import type { Company, Contact } from '../model.ts';
import { within } from '../query.ts';
import { type Check, checkCustomFields, checkUser, type Item, typed } from '../validation.ts';
import { type Api, among, type Call, ids, ordered, page, pick, withs } from './call.ts';
import { matchesText } from './search.ts';
import { companyView, contactView } from './views.ts';
import { type Write, write } from './write.ts';

type Kind = 'contacts' | 'companies';

const all = (api: Api, kind: Kind): Map<number, Contact | Company> => api.account[kind];

function show(api: Api, one: Contact | Company, also: Set<string>) {
  return 'first_name' in one ? contactView(api, one, also) : companyView(api, one);
}

export function listPeople(api: Api, call: Call, kind: Kind): Reply {
  const { query } = call;
  const also = withs(query);
  const responsible = ids(query, 'responsible_user_id');
  const updated = query.range('filter', 'updated_at');
  const text = query.one('query');
  const found = pick(all(api, kind), ids(query, 'id')).filter(
    (one) =>
      !one.is_deleted &&
      among(responsible, one.responsible_user_id) &&
      within(updated, one.updated_at) &&
      (!text || matchesText([one.name], one.custom, text)),
  );
  return page(api, call, kind, ordered(found, query, ['id', 'created_at', 'updated_at']), (one) =>
    show(api, one, also),
  );
}

export function onePerson(api: Api, call: Call, kind: Kind, id: number): Reply {
  const one = all(api, kind).get(id);
  return !one || one.is_deleted ? nothing : hal(show(api, one, withs(call.query)));
}

const textKeys = ['name', 'first_name', 'last_name'] as const;

function checkPerson(api: Api, kind: Kind, item: Item, check: Check) {
  for (const key of textKeys) typed(check, item, key, 'string');
  checkUser(api.account, check, item);
  const custom = checkCustomFields(api.account, check, item, kind);
  const texts = Object.fromEntries(textKeys.map((key) => [key, item[key] as string | undefined]));
  return {
    name: texts.name,
    ...(kind === 'contacts' ? { first_name: texts.first_name, last_name: texts.last_name } : {}),
    responsible_user_id: item.responsible_user_id as number | undefined,
    ...(item.custom_fields_values === undefined ? {} : { custom }),
  };
}

const answers = (kind: Kind): Pick<Write<Contact | Company>, 'name' | 'path' | 'answer' | 'link'> => ({
  name: kind,
  path: `/${kind}`,
  answer: (one) => ({
    updated_at: one.updated_at,
    is_deleted: one.is_deleted,
    ...(kind === 'contacts' ? { is_unsorted: false } : {}),
  }),
  link: (one) => `/${kind}/${one.id}`,
});

export function patchPeople(api: Api, call: Call, kind: Kind, id?: number): Reply {
  return write<Contact | Company>(api, call, id, {
    ...answers(kind),
    missing: kind === 'contacts' ? 'Contact not found' : 'Company not found',
    find(item) {
      const one = all(api, kind).get(Number(item.id));
      return one?.is_deleted ? undefined : one;
    },
    prepare(item, check, one) {
      const edit = checkPerson(api, kind, item, check);
      return () =>
        kind === 'contacts'
          ? editContact(api.account, one as Contact, edit, api.by())
          : editCompany(api.account, one as Company, edit, api.by());
    },
  });
}

export function addPeople(api: Api, call: Call, kind: Kind): Reply {
  const add = kind === 'contacts' ? addContact : addCompany;
  return write<Contact | Company>(api, call, undefined, {
    ...answers(kind),
    prepare(item, check) {
      const edit = checkPerson(api, kind, item, check);
      return () => add(api.account, edit, api.by());
    },
  });
}
