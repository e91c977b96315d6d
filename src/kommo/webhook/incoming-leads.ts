import type { FormMap, FormValue } from './form.ts';
import { idOf, wholeNumber } from './item-fields.ts';
import type { IncomingLeadReport } from './reports.ts';

/** The most deals of one incoming lead; each costs a read. */
const MAX_DEALS = 100;

/**
 * Reads an incoming lead that was added, or taken off the list. Kommo docs: accepting and declining both arrive as
 * `unsorted[delete]`, with `action` and `accept_result[leads][]` or `decline_result[leads][]`. Bodies seen in public client
 * code also have the deal in `lead_id`, or in `data[leads]`.
 * @returns a report for each deal, or the reason why there is none.
 */
export function readIncomingLead(event: 'add' | 'delete', item: FormMap): IncomingLeadReport[] | string {
  const pipelineId = idOf(item, 'pipeline_id');
  if (event === 'add') {
    const deals = dealsOf(item);
    if (deals.length === 0) return 'An incoming lead was added, but the report does not name its deal.';
    const at = wholeNumber(item.get('created_at'));
    return deals.map((dealId) => ({ kind: 'incoming_lead', action: 'added', dealId, pipelineId, at }));
  }
  const action = String(item.get('action') ?? '')
    .trim()
    .toLowerCase();
  if (/^declin/.test(action)) return 'An incoming lead was declined, so its deal enters no stage.';
  const accepted = idsIn(leadsOf(item.get('accept_result')));
  const isAccepted = /^accept/.test(action) || (action === '' && accepted.length > 0);
  if (!isAccepted)
    return 'An incoming lead was taken off the list without being accepted, so its deal enters no stage.';
  const deals = accepted.length > 0 ? accepted : dealsOf(item);
  if (deals.length === 0) return 'An incoming lead was accepted, but the report does not name its deal.';
  return deals.map((dealId) => ({ kind: 'incoming_lead', action: 'accepted', dealId, pipelineId, at: null }));
}

/** The deals of the incoming lead itself. */
function dealsOf(item: FormMap): number[] {
  const leadId = idOf(item, 'lead_id');
  return leadId === null ? idsIn(leadsOf(item.get('data'))) : [leadId];
}

/** `{"leads": …}`, or the leads themselves. */
function leadsOf(value: FormValue | undefined): FormValue | undefined {
  if (!(value instanceof Map)) return value;
  const leads = value.get('leads');
  if (leads !== undefined) return leads;
  // Contacts and companies in here are not deals.
  return value.has('contacts') || value.has('companies') ? undefined : value;
}

/** The ids in a single value ("7001" or "7001,7002"), a list, or a list of objects with an id. */
function idsIn(value: FormValue | undefined): number[] {
  if (!(value instanceof Map)) {
    const parts = typeof value === 'string' ? value.split(',') : [value];
    return parts.map((part) => wholeNumber(part)).filter((id) => id !== null && id > 0) as number[];
  }
  const own = idOf(value, 'id');
  const ids = own === null ? [...value.values()].flatMap((entry) => idsIn(entry)) : [own];
  return [...new Set(ids)].slice(0, MAX_DEALS);
}
