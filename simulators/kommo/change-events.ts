import type { Account } from './account.ts';
import type { Change } from './model.ts';
import { companyView, contactView, dealView, incomingView, noteView, taskView } from './snapshots.ts';
import type { SimulatorEvent } from './types.ts';

const dealKinds = {
  lead_added: 'deal_added',
  lead_updated: 'deal_updated',
  lead_deleted: 'deal_deleted',
  lead_restored: 'deal_restored',
} as const;

/** A change in the words of the simulator's users. A new responsible user is part of `deal_updated` already. */
export function eventOfChange(account: Account, change: Change): SimulatorEvent | null {
  const { by } = change;
  if ('note' in change) return { kind: change.kind, by, note: noteView(change.note) };
  if ('task' in change) return { kind: change.kind, by, task: taskView(change.task) };
  if ('incoming' in change) return { kind: change.kind, by, incoming: incomingView(change.incoming) };
  if ('contact' in change) return { kind: change.kind, by, contact: contactView(account, change.contact) };
  if ('company' in change) return { kind: change.kind, by, company: companyView(account, change.company) };
  if (change.kind === 'lead_responsible') return null;
  const deal = dealView(account, change.lead);
  if (change.kind !== 'lead_moved') return { kind: dealKinds[change.kind], by, deal };
  const { status_id, pipeline_id } = change.from;
  return { kind: 'deal_moved', by, deal, fromStageId: status_id, fromPipelineId: pipeline_id };
}
