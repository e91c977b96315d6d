import { findPipeline, mainPipeline } from '../account.ts';
import { type Check, type Item, isObject, read } from '../checks.ts';
import { addCompany, addContact, type PersonEdit } from '../edits.ts';
import { hal, type Reply } from '../hal.ts';
import { addIncoming } from '../incoming.ts';
import type { IncomingLead, Lead } from '../model.ts';
import { type Planned, runBatch } from './batch.ts';
import { type Call, json, type Routes } from './call.ts';
import { readPerson } from './contacts.ts';
import { planLead, readLead } from './lead-writes.ts';
import { notSimulated } from './not-simulated.ts';

/** Kommo docs: at most 50 leads, with one contact and one company each, and 40 values of fields for each entity. */
const MOST = { leads: 50, values: 40 };

interface Written {
  lead: Lead;
  contactId: number | null;
  companyId: number | null;
}

/** The contact and the company of one lead, ready to be written. */
interface People {
  contact: (() => PersonEdit) | undefined;
  company: (() => PersonEdit) | undefined;
}

/** Notes errors below the path of an embedded entity. */
const below = (check: Check, path: string): Check => ({
  errors: check.errors,
  bad: (code, own, detail) => check.bad(code, `${path}.${own}`, detail),
});

function checkValues(check: Check, item: Item): void {
  const values = item.custom_fields_values;
  if (Array.isArray(values) && values.length > MOST.values) check.bad('TooLong', 'custom_fields_values');
}

/** The one contact or company of a lead. */
function readEmbedded(call: Call, check: Check, embedded: Item, kind: 'contacts' | 'companies') {
  const all = read(check, embedded, kind, 'array', `_embedded.${kind}`) ?? [];
  if (all.length > 1) check.bad('TooLong', `_embedded.${kind}`);
  const [item] = all;
  if (item === undefined) return undefined;
  if (!isObject(item)) {
    check.bad('InvalidType', `_embedded.${kind}.0`);
    return undefined;
  }
  const own = below(check, `_embedded.${kind}.0`);
  checkValues(own, item);
  return readPerson(call, kind, item, own, undefined);
}

function plan(call: Call, item: Item, check: Check): Planned<Written> {
  const { account, by } = call;
  const embedded = read(check, item, '_embedded', 'object') ?? {};
  const { contacts: _contacts, companies: _companies, metadata, ...rest } = embedded;
  const contact = readEmbedded(call, check, embedded, 'contacts');
  const company = readEmbedded(call, check, embedded, 'companies');
  checkValues(check, item);
  const own = { ...item, _embedded: rest };
  if (isObject(metadata)) return planIncoming(call, own, check, metadata, { contact, company });
  const links: { contact_ids: number[]; company_id: number | null } = { contact_ids: [], company_id: null };
  const lead = planLead(call, own, check, () => links);
  if (!lead || !('write' in lead)) return lead;
  return {
    write() {
      const companyId = company ? addCompany(account, company(), by).id : null;
      // A new contact and a new company are linked with each other (Kommo docs).
      const contactId = contact ? addContact(account, { ...contact(), company_id: companyId }, by).id : null;
      links.contact_ids = contactId === null ? [] : [contactId];
      links.company_id = companyId;
      return { lead: lead.write(), contactId, companyId };
    },
  };
}

const isCategory = (text: unknown): text is IncomingLead['category'] => text === 'forms' || text === 'sip';

/** With metadata the lead is an incoming one (official PHP client, "forms" and "sip"); it waits to be accepted. */
function planIncoming(
  call: Call,
  item: Item,
  check: Check,
  { category, ...metadata }: Item,
  { contact, company }: People,
): Planned<Written> {
  const { account, by } = call;
  const { pipeline_id: _pipeline, status_id: _stage, ...plain } = item;
  const pipeline_id = read(check, item, 'pipeline_id', 'int');
  const pipeline = pipeline_id === undefined ? mainPipeline(account) : findPipeline(account, pipeline_id);
  if (!pipeline?.stages.some(({ type }) => type === 1)) check.bad('NotSupportedChoice', 'pipeline_id');
  if (!isCategory(category)) check.bad('NotSupportedChoice', '_embedded.metadata.category');
  const { edit, withTags } = readLead(account, check, plain);
  return {
    write() {
      const companyId = company ? addCompany(account, company(), by).id : null;
      const person = contact && { ...contact(), company_id: companyId };
      const source = {
        source_uid: null,
        source_name: String(metadata.form_name ?? metadata.service_code ?? ''),
      };
      const lead = { ...edit, ...withTags(), company_id: companyId };
      const about = { pipeline_id, category: category as IncomingLead['category'], metadata, ...source };
      const incoming = addIncoming(account, { lead, contact: person, ...about }, by);
      return {
        lead: account.leads.get(incoming.lead_id)!,
        contactId: incoming.contact_ids[0] ?? null,
        companyId,
      };
    },
  };
}

/** Whether a contact or a company is named by an id. What Kommo does with it is not documented. */
function namesKnownPeople(body: unknown): boolean {
  const embedded = (Array.isArray(body) ? body : []).map((item) =>
    isObject(item) ? item._embedded : undefined,
  );
  return embedded.some(
    (one) =>
      isObject(one) &&
      [one.contacts, one.companies].some(
        (list) => Array.isArray(list) && list.some((each) => isObject(each) && each.id !== undefined),
      ),
  );
}

/** `POST /leads/complex`: the answer is a bare list (Kommo docs). Duplicates are not searched for, as in accounts without that control. */
function addComplex(call: Call): Reply {
  if (namesKnownPeople(json(call.text)))
    return notSimulated('A contact or company by its id in /leads/complex');
  return runBatch<Written>(call, {
    key: 'leads',
    most: MOST.leads,
    plan: (item, check) => plan(call, item, check),
    show: ({ lead, contactId, companyId }) => ({ id: lead.id, contact_id: contactId, company_id: companyId }),
    answer: (written) =>
      hal(
        written.map(({ request_id, _links, ...own }) => ({
          ...own,
          request_id: [request_id],
          merged: false,
        })),
      ),
  });
}

export const complexRoutes: Routes = { 'POST /leads/complex': addComplex };
