import { type Account, findPipeline } from '../account.ts';
import { addLead, editLead, type LeadEdit } from '../edits.ts';
import { hal, nothing, type Reply } from '../hal.ts';
import type { Lead } from '../model.ts';
import { within } from '../query.ts';
import { type Check, checkCustomFields, checkStage, checkUser, isObject, type Item, typed } from '../validation.ts';
import { type Api, among, type Call, ids, ordered, page, pick, withs } from './call.ts';
import { matchesText } from './search.ts';
import { leadView } from './views.ts';
import { write } from './write.ts';

export function listLeads(api: Api, call: Call): Reply {
  const { query } = call;
  const also = withs(query);
  const deleted = also.has('only_deleted');
  const pipelines = ids(query, 'pipeline_id');
  const responsible = ids(query, 'responsible_user_id');
  const updatedBy = ids(query, 'updated_by');
  const ranges = (['updated_at', 'created_at', 'closed_at'] as const).map(
    (key) => [key, query.range('filter', key)] as const,
  );
  const stages = stageFilter(call);
  const text = query.one('query');
  const found = pick(api.account.leads, ids(query, 'id')).filter(
    (lead) =>
      lead.is_deleted === deleted &&
      among(pipelines, lead.pipeline_id) &&
      among(responsible, lead.responsible_user_id) &&
      among(updatedBy, lead.updated_by) &&
      ranges.every(([key, range]) => within(range, lead[key] ?? Number.NEGATIVE_INFINITY)) &&
      stages(lead) &&
      (!text || matchesText([lead.name, String(lead.price)], lead.custom, text)),
  );
  return page(api, call, 'leads', ordered(found, query, ['id', 'created_at', 'updated_at']), (lead) =>
    leadView(api, lead, also),
  );
}

/** `filter[statuses][0][pipeline_id]=1&filter[statuses][0][status_id]=2` */
function stageFilter({ query }: Call): (lead: Lead) => boolean {
  const pairs = [...new Set(query.names('filter', 'statuses'))].map((index) => ({
    pipeline: query.one('filter', 'statuses', index, 'pipeline_id'),
    stage: Number(query.one('filter', 'statuses', index, 'status_id')),
  }));
  if (pairs.length === 0) return () => true;
  return (lead) =>
    pairs.some(
      ({ pipeline, stage }) => lead.status_id === stage && (!pipeline || lead.pipeline_id === Number(pipeline)),
    );
}

/** A deleted lead is found only with `with=only_deleted`, else it is 204 like one that never was. */
export function oneLead(api: Api, call: Call, id: number): Reply {
  const lead = api.account.leads.get(id);
  const also = withs(call.query);
  if (!lead || lead.is_deleted !== also.has('only_deleted')) return nothing;
  return hal(leadView(api, lead, also));
}

function checkLead(account: Account, item: Item, check: Check, lead?: Lead): LeadEdit {
  typed(check, item, 'name', 'string');
  typed(check, item, 'price', 'int');
  checkStage(account, check, item, lead);
  checkUser(account, check, item);
  const custom = checkCustomFields(account, check, item, 'leads');
  const embedded = isObject(item._embedded) ? item._embedded : {};
  const linked = (name: string, known: Map<number, unknown>): number[] | undefined => {
    const list = embedded[name];
    if (list === undefined) return undefined;
    const found = (Array.isArray(list) ? list : []).map((one) => (isObject(one) ? Number(one.id) : Number.NaN));
    for (const [index, id] of found.entries())
      if (!known.has(id)) check.bad('NotSupportedChoice', `_embedded.${name}.${index}.id`);
    return found;
  };
  const contact_ids = linked('contacts', account.contacts);
  const company = linked('companies', account.companies);
  return {
    name: item.name as string | undefined,
    price: item.price as number | undefined,
    responsible_user_id: item.responsible_user_id as number | undefined,
    ...stageOf(account, item, lead),
    ...(item.custom_fields_values === undefined ? {} : { custom }),
    ...(contact_ids ? { contact_ids } : {}),
    ...(company ? { company_id: company[0] ?? null } : {}),
  };
}

/** Another pipeline without a stage means that pipeline's first stage for deals. Not documented. */
function stageOf(account: Account, item: Item, lead?: Lead): Pick<LeadEdit, 'status_id' | 'pipeline_id'> {
  const pipeline_id = (item.pipeline_id ?? lead?.pipeline_id ?? account.pipelines[0]!.id) as number;
  const stages = findPipeline(account, pipeline_id)?.stages ?? [];
  const first = stages.find((stage) => stage.type === 0)?.id;
  const stays = lead !== undefined && pipeline_id === lead.pipeline_id;
  const leavesIncoming = stays && stages.find((stage) => stage.id === lead.status_id)?.type === 1;
  const status_id = (item.status_id ?? (stays && !leavesIncoming ? lead.status_id : first)) as number;
  return { pipeline_id, status_id };
}

function checkLossReason(item: Item, edit: LeadEdit, check: Check): void {
  if (item.loss_reason_id === undefined || item.loss_reason_id === null) return;
  if (!typed(check, item, 'loss_reason_id', 'int')) return;
  if (edit.status_id === 143) edit.loss_reason_id = item.loss_reason_id as number;
  else check.bad('NotSupportedChoice', 'loss_reason_id', 'Loss reason can be specified only for lost lead');
}

export function patchLeads(api: Api, call: Call, id?: number): Reply {
  const { account } = api;
  return write<Lead>(api, call, id, {
    name: 'leads',
    path: '/leads',
    missing: 'Lead not found',
    find(item) {
      const lead = account.leads.get(Number(item.id));
      return lead?.is_deleted ? undefined : lead;
    },
    prepare(item, check, lead) {
      const edit = checkLead(account, item, check, lead);
      checkLossReason(item, edit, check);
      return () => editLead(account, lead!, edit, api.by());
    },
    answer: (lead) => ({ updated_at: lead.updated_at }),
    link: (lead) => `/leads/${lead.id}`,
  });
}

export function addLeads(api: Api, call: Call): Reply {
  return write<Lead>(api, call, undefined, {
    name: 'leads',
    path: '/leads',
    prepare(item, check) {
      const edit = checkLead(api.account, item, check);
      checkLossReason(item, edit, check);
      return () => addLead(api.account, edit as LeadEdit & { pipeline_id: number; status_id: number }, api.by());
    },
    answer: () => ({}),
    link: (lead) => `/leads/${lead.id}`,
  });
}
