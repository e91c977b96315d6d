import { type Account, findPipeline, findStage, firstStage, mainPipeline, tagNamed } from './account.ts';
import { addNote, editTask } from './activities.ts';
import { addElement, fieldsOwner } from './catalogs.ts';
import {
  addCompany,
  addContact,
  addLead,
  editCompany,
  editContact,
  editLead,
  setContactDeleted,
  setLeadDeleted,
} from './edits.ts';
import { valuesFor } from './field-values.ts';
import { acceptIncoming, addIncoming, declineIncoming } from './incoming.ts';
import { linkContact, unlinkContact } from './links.ts';
import { mergeContacts, mergeLeads } from './merges.ts';
import type { Company, Contact, IncomingLead, Lead } from './model.ts';
import {
  companyView,
  contactView,
  dealView,
  elementView,
  incomingView,
  noteView,
  taskView,
} from './snapshots.ts';
import type {
  ActingUser,
  ContactChange,
  DealChange,
  EntityKind,
  FieldInput,
  KommoSimulator,
  NewContact,
} from './types.ts';

type Controls = Pick<
  KommoSimulator,
  | 'createContact'
  | 'createCompany'
  | 'createDeal'
  | 'createCatalogElement'
  | 'moveDeal'
  | 'updateDeal'
  | 'updateContact'
  | 'updateCompany'
  | 'deleteDeal'
  | 'restoreDeal'
  | 'deleteContact'
  | 'restoreContact'
  | 'linkContact'
  | 'unlinkContact'
  | 'mergeContacts'
  | 'mergeDeals'
  | 'addIncomingLead'
  | 'acceptIncomingLead'
  | 'declineIncomingLead'
  | 'hideContact'
  | 'showContact'
  | 'deactivateUser'
  | 'activateUser'
  | 'addNote'
  | 'completeTask'
>;

const list = (value: string | string[] | null): string[] =>
  value === null ? [] : typeof value === 'string' ? [value] : value;

/** E-mail and phone are fields with a code, never columns of their own. */
function personFields(change: ContactChange | NewContact): FieldInput {
  return {
    ...change.fields,
    ...(change.email === undefined ? {} : { EMAIL: list(change.email) }),
    ...(change.phone === undefined ? {} : { PHONE: list(change.phone) }),
  };
}

/** What a person does in Kommo's web page. Throws in words for what does not exist. */
export function createControls(account: Account): Controls {
  const by = (acting: ActingUser = {}): number => acting.userId ?? account.users[0]!.id;

  const find = <K extends EntityKind>(kind: K, id: number): Lead & Contact & Company => {
    const entity = account[kind].get(id);
    if (!entity) throw new Error(`The simulated account has no ${kind} ${id}.`);
    return entity as Lead & Contact & Company;
  };

  const waiting = (uid: string): IncomingLead => {
    const incoming = account.incoming.get(uid);
    if (!incoming) throw new Error(`The simulated account has no incoming lead ${uid}.`);
    return incoming;
  };

  const setActive = (userId: number, is_active: boolean): void => {
    const user = account.users.find((one) => one.id === userId);
    if (!user) throw new Error(`The simulated account has no user ${userId}.`);
    user.is_active = is_active;
  };

  const place = (change: DealChange, lead?: Lead): { pipeline_id: number; status_id: number } => {
    const pipeline = pipelineFor(change, lead);
    const own = lead?.pipeline_id === pipeline.id ? lead.status_id : firstStage(pipeline).id;
    const status_id = change.stageId ?? own;
    if (findStage(pipeline, status_id)) return { pipeline_id: pipeline.id, status_id };
    throw new Error(`The pipeline "${pipeline.name}" has no stage ${status_id}.`);
  };

  /** A stage that is in one pipeline only says which pipeline is meant. */
  const pipelineFor = ({ pipelineId, stageId }: DealChange, lead?: Lead) => {
    if (pipelineId !== undefined) {
      const named = findPipeline(account, pipelineId);
      if (!named) throw new Error(`The simulated account has no pipeline ${pipelineId}.`);
      return named;
    }
    const now = (lead && findPipeline(account, lead.pipeline_id)) ?? mainPipeline(account);
    if (stageId === undefined || findStage(now, stageId)) return now;
    return account.pipelines.find((pipeline) => findStage(pipeline, stageId)) ?? now;
  };

  const more = (kind: EntityKind, change: { tags?: string[] }, fields: FieldInput = {}) => ({
    custom: valuesFor(account, kind, fields),
    ...(change.tags ? { tags: change.tags.map((name) => tagNamed(account, kind, name)) } : {}),
  });

  const dealEdit = (change: DealChange & { createdAt?: number }, lead?: Lead) => {
    for (const id of change.contactIds ?? []) find('contacts', id);
    if (change.companyId) find('companies', change.companyId);
    return {
      ...place(change, lead),
      ...more('leads', change, change.fields),
      name: change.name,
      price: change.price,
      responsible_user_id: change.responsibleUserId,
      contact_ids: change.contactIds,
      created_at: change.createdAt,
      updated_at: change.updatedAt,
      company_id: change.companyId,
    };
  };

  const personEdit = (
    kind: 'contacts' | 'companies',
    change: ContactChange & { id?: number; createdAt?: number },
  ) => ({
    ...more(kind, change, personFields(change)),
    id: change.id,
    name: change.name,
    first_name: change.firstName,
    last_name: change.lastName,
    company_id: change.companyId,
    responsible_user_id: change.responsibleUserId,
    created_at: change.createdAt,
    updated_at: change.updatedAt,
  });

  const updateDeal: Controls['updateDeal'] = (id, change) => {
    const lead = find('leads', id);
    return dealView(account, editLead(account, lead, dealEdit(change, lead), by(change)));
  };

  return {
    createContact: (contact) =>
      contactView(account, addContact(account, personEdit('contacts', contact), by(contact))),
    createCompany: (company) =>
      companyView(account, addCompany(account, personEdit('companies', company), by(company))),
    createDeal: (deal) => dealView(account, addLead(account, { ...dealEdit(deal), id: deal.id }, by(deal))),
    createCatalogElement(catalogId, { name, fields, ...acting }) {
      const catalog = account.catalogs.get(catalogId);
      if (!catalog) throw new Error(`The simulated account has no list ${catalogId}.`);
      const custom = valuesFor(account, fieldsOwner(catalogId), fields);
      return elementView(account, addElement(account, catalog, { name, custom }, by(acting)));
    },
    updateDeal,
    moveDeal: (id, stageId, pipelineId, acting = {}) =>
      updateDeal(id, { stageId, ...acting, ...(pipelineId === undefined ? {} : { pipelineId }) }),
    updateContact: (id, change) =>
      contactView(
        account,
        editContact(account, find('contacts', id), personEdit('contacts', change), by(change)),
      ),
    updateCompany: (id, change) =>
      companyView(
        account,
        editCompany(account, find('companies', id), personEdit('companies', change), by(change)),
      ),
    linkContact(dealId, contactId, options = {}) {
      find('contacts', contactId);
      const isMain = options.isMain ?? false;
      return dealView(account, linkContact(account, find('leads', dealId), contactId, isMain, by(options)));
    },
    unlinkContact: (dealId, contactId, acting) =>
      dealView(account, unlinkContact(account, find('leads', dealId), contactId, by(acting))),
    mergeContacts: (survivorId, goneId, acting) =>
      contactView(
        account,
        mergeContacts(account, find('contacts', survivorId), find('contacts', goneId), by(acting)),
      ),
    mergeDeals: (survivorId, goneId, acting) =>
      dealView(account, mergeLeads(account, find('leads', survivorId), find('leads', goneId), by(acting))),
    addIncomingLead({ name, pipelineId, category = 'forms', formName = 'Contact form', contact, id } = {}) {
      const fresh = {
        lead: { name, id },
        contact: contact && personEdit('contacts', contact),
        pipeline_id: pipelineId,
        category,
        source_uid: null,
        source_name: formName,
        metadata: { form_id: '1', form_name: formName },
      };
      return incomingView(addIncoming(account, fresh, 0));
    },
    acceptIncomingLead: (uid, options = {}) =>
      dealView(account, acceptIncoming(account, waiting(uid), options.stageId, by(options))),
    declineIncomingLead: (uid, acting) => declineIncoming(account, waiting(uid), by(acting)),
    deleteDeal: (id, acting) => setLeadDeleted(account, find('leads', id), true, by(acting)),
    restoreDeal: (id, acting) => setLeadDeleted(account, find('leads', id), false, by(acting)),
    deleteContact: (id, acting) => setContactDeleted(account, find('contacts', id), true, by(acting)),
    restoreContact: (id, acting) => setContactDeleted(account, find('contacts', id), false, by(acting)),
    hideContact: (id) => void account.hiddenContacts.add(find('contacts', id).id),
    showContact: (id) => void account.hiddenContacts.delete(find('contacts', id).id),
    deactivateUser: (id) => setActive(id, false),
    activateUser: (id) => setActive(id, true),
    addNote(dealId, text, acting) {
      find('leads', dealId);
      const fresh = {
        entity_id: dealId,
        entity_type: 'leads',
        note_type: 'common',
        params: { text },
      } as const;
      return noteView(addNote(account, fresh, by(acting)));
    },
    completeTask(taskId, result, acting) {
      const task = account.tasks.get(taskId);
      if (!task) throw new Error(`The simulated account has no task ${taskId}.`);
      const edit = { is_completed: true, ...(result === undefined ? {} : { result: { text: result } }) };
      return taskView(editTask(account, task, edit, by(acting)));
    },
  };
}
