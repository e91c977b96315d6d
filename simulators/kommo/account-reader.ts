import type { Account } from './account.ts';
import { elementsOf } from './catalogs.ts';
import {
  cardView,
  companyView,
  contactView,
  dealView,
  elementView,
  incomingView,
  noteView,
  taskView,
} from './snapshots.ts';
import type { KommoSimulator } from './types.ts';

type Looks = Pick<
  KommoSimulator,
  | 'deal'
  | 'contact'
  | 'company'
  | 'deals'
  | 'contacts'
  | 'catalogs'
  | 'catalogElements'
  | 'dealElements'
  | 'card'
  | 'incomingLeads'
  | 'notes'
  | 'tasks'
  | 'events'
  | 'pipelines'
  | 'stageId'
  | 'pipelineId'
>;

/** Looks into the account without an API call. */
export function createAccountReader(account: Account): Looks {
  const pipelineNamed = (name: string) => {
    const pipeline = account.pipelines.find((one) => one.name === name);
    if (!pipeline) throw new Error(`The simulated account has no pipeline "${name}".`);
    return pipeline;
  };

  return {
    deal: (id) => maybe(account.leads.get(id), (lead) => dealView(account, lead)),
    contact: (id) => maybe(account.contacts.get(id), (contact) => contactView(account, contact)),
    company: (id) => maybe(account.companies.get(id), (company) => companyView(account, company)),
    contacts: () => [...account.contacts.values()].map((contact) => contactView(account, contact)),
    catalogs: () => [...account.catalogs.values()].map(({ id, name, type }) => ({ id, name, type })),
    catalogElements: (catalogId) =>
      [...account.elements.values()]
        .filter((element) => element.catalog_id === catalogId)
        .map((element) => elementView(account, element)),
    dealElements: (dealId) =>
      [...elementsOf(account, 'leads', dealId)].map(([id, quantity]) => ({
        ...elementView(account, account.elements.get(id)!),
        quantity,
      })),
    card(kind, id) {
      const entity = account[kind].get(id);
      if (!entity) throw new Error(`The simulated account has no ${kind} ${id}.`);
      return cardView(account, entity.custom);
    },
    incomingLeads: () => [...account.incoming.values()].map(incomingView),
    deals: () => [...account.leads.values()].map((lead) => dealView(account, lead)),
    notes: (dealId) =>
      (dealId === undefined
        ? [...account.notes.values()]
        : (account.notesOf.get(`leads/${dealId}`) ?? [])
      ).map(noteView),
    tasks: (dealId) =>
      (dealId === undefined
        ? [...account.tasks.values()]
        : (account.tasksOf.get(`leads/${dealId}`) ?? [])
      ).map(taskView),
    events: () =>
      account.events.all.map((event) => ({
        id: event.id,
        type: event.type,
        entityType: event.entity_type,
        entityId: event.entity_id,
        createdBy: event.created_by,
        createdAt: event.created_at,
        valueAfter: event.value_after,
        valueBefore: event.value_before,
      })),
    pipelines: () =>
      account.pipelines.map(({ id, name, stages }) => ({
        id,
        name,
        stages: stages.map((stage) => ({ id: stage.id, name: stage.name, isIncoming: stage.type === 1 })),
      })),
    pipelineId: (name) => pipelineNamed(name).id,
    stageId(pipeline, name) {
      const stage = pipelineNamed(pipeline).stages.find((one) => one.name === name);
      if (!stage) throw new Error(`The pipeline "${pipeline}" has no stage "${name}".`);
      return stage.id;
    },
  };
}

const maybe = <T, V>(entity: T | undefined, show: (entity: T) => V): V | undefined =>
  entity === undefined ? undefined : show(entity);
