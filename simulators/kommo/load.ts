import { type Account, linkContacts } from './account.ts';
import type { AccountEvent } from './events-log.ts';
import type { Contact, CustomValue, Lead } from './model.ts';
import { fieldOf, userOf } from './seed.ts';
import type { AccountContents } from './types.ts';

type Shown = Record<string, unknown>;

const custom = (fields: unknown): CustomValue[] =>
  ((fields ?? []) as CustomValue[]).map(({ field_id, values }) => ({ field_id, values }));

const embedded = (entity: Shown, key: string): Shown[] =>
  ((entity._embedded as Shown)?.[key] ?? []) as Shown[];

/** What leads and contacts have alike; the API shows it as it is stored. */
function common(entity: Shown) {
  const { id, responsible_user_id, created_by, updated_by, created_at, updated_at } =
    entity as unknown as Lead;
  return {
    id,
    name: String(entity.name ?? ''),
    responsible_user_id,
    created_by,
    updated_by,
    created_at,
    updated_at,
    is_deleted: entity.is_deleted === true,
    custom: custom(entity.custom_fields_values),
    tags: embedded(entity, 'tags') as unknown as Lead['tags'],
    company_id: (embedded(entity, 'companies')[0]?.id as number | undefined) ?? null,
  };
}

function leadOf(entity: Shown): Lead {
  const { price = 0, status_id, pipeline_id, loss_reason_id, closed_at } = entity as unknown as Lead;
  return { ...common(entity), price, status_id, pipeline_id, loss_reason_id, closed_at, contact_ids: [] };
}

function contactOf(entity: Shown): Contact {
  const { first_name = '', last_name = '' } = entity as unknown as Contact;
  return { ...common(entity), first_name, last_name };
}

function loadLead(account: Account, entity: Shown): void {
  const before = account.leads.get(entity.id as number);
  if (before) linkContacts(account, before, []);
  const lead = leadOf(entity);
  account.leads.set(lead.id, lead);
  const contacts = embedded(entity, 'contacts');
  const main = contacts.filter(({ is_main }) => is_main === true);
  const others = contacts.filter(({ is_main }) => is_main !== true);
  linkContacts(
    account,
    lead,
    [...main, ...others].map(({ id }) => id as number),
  );
}

/** Puts entities into the account as `GET` would show them, over what is there; no webhook, no history of its own. */
export function load(account: Account, contents: AccountContents): void {
  const { leads = [], contacts = [], events = [], fields = [], users = [] } = contents;
  for (const seed of users) account.users.push(userOf(seed));
  for (const seed of fields) account.fields.push(fieldOf(seed, 500 + account.fields.length, account.nextId));
  for (const contact of contacts)
    account.contacts.set((contact as Shown).id as number, contactOf(contact as Shown));
  for (const lead of leads) loadLead(account, lead as Shown);
  for (const event of events) {
    const { _embedded, _links, account_id: _account, ...own } = event as Shown;
    account.events.insert(own as unknown as Omit<AccountEvent, 'visibleAt'>);
  }
}
