import { hal, nothing, type Reply } from '../hal.ts';
import type { Lead } from '../model.ts';
import { within } from '../query.ts';
import { type Batch, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { planLead, planLeadEdit } from './lead-writes.ts';
import { found, orderBy } from './lists.ts';
import { link, page } from './page.ts';
import { hrefOf, leadView } from './views.ts';

/** `filter[statuses][0][pipeline_id]` with `filter[statuses][0][status_id]`: any of the pairs. */
function stagePairs({ query }: Call): [pipeline: string | undefined, stage: string][] | undefined {
  const indexes = query.names('filter', 'statuses');
  if (indexes.length === 0) return undefined;
  return indexes.flatMap((index) => {
    const stage = query.one('filter', 'statuses', index, 'status_id');
    return stage === undefined ? [] : [[query.one('filter', 'statuses', index, 'pipeline_id'), stage]];
  });
}

function listLeads(call: Call): Reply {
  const { query } = call;
  const wanted = query.with();
  const pairs = stagePairs(call);
  const pipelines = query.ids('filter', 'pipeline_id');
  const prices = query.ids('filter', 'price');
  const times = (['created_at', 'updated_at', 'closed_at'] as const).map(
    (key) => [key, query.range('filter', key)] as const,
  );
  const inStage = (lead: Lead) =>
    !pairs ||
    pairs.some(
      ([pipeline, stage]) =>
        lead.status_id === Number(stage) &&
        (pipeline === undefined || pipeline === '' || lead.pipeline_id === Number(pipeline)),
    );
  const leads = found<Lead>(call, 'leads').filter(
    (lead) =>
      lead.is_deleted === wanted.has('only_deleted') &&
      (!pipelines || pipelines.has(lead.pipeline_id)) &&
      (!prices || prices.has(lead.price)) &&
      inStage(lead) &&
      times.every(([key, range]) => within(range, lead[key])),
  );
  orderBy(call, leads, ['created_at', 'updated_at', 'id']);
  return page(call, 'leads', leads, (lead) => leadView(call, lead, wanted));
}

/** A lead that does not exist, or is deleted, is 204 without a body (Kommo docs). */
function oneLead(call: Call, id: number): Reply {
  const wanted = call.query.with();
  const lead = call.account.leads.get(id);
  if (!lead || lead.is_deleted !== wanted.has('only_deleted')) return nothing;
  return hal(leadView(call, lead, wanted));
}

const edits = (call: Call, single?: number): Batch<Lead> => ({
  key: 'leads',
  ...(single === undefined ? {} : { single }),
  plan: (item, check) => planLeadEdit(call, item, check),
  show: ({ id, updated_at }) => ({ id, updated_at, ...link(hrefOf(call, 'leads', id)) }),
});

const additions = (call: Call): Batch<Lead> => ({
  key: 'leads',
  plan: (item, check) => planLead(call, item, check),
  show: ({ id }) => ({ id, ...link(hrefOf(call, 'leads', id)) }),
});

export const leadRoutes: Routes = {
  'GET /leads': listLeads,
  'POST /leads': (call) => runBatch(call, additions(call)),
  'PATCH /leads': (call) => runBatch(call, edits(call)),
  'GET /leads/:id': oneLead,
  'PATCH /leads/:id': (call, id) => runBatch(call, edits(call, id)),
};
