import type { Account } from './account.ts';
import { companyView, contactView, dealView, noteView, taskView } from './snapshots.ts';
import type { KommoSimulator } from './types.ts';

type Looks = Pick<
  KommoSimulator,
  'deal' | 'contact' | 'company' | 'deals' | 'notes' | 'tasks' | 'events' | 'stageId' | 'pipelineId'
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
