import type { Change, IncomingLead } from '../model.ts';
import type { HookItem } from './items.ts';

type IncomingChange = Extract<Change, { incoming: IncomingLead }>;

/** An incoming lead as webhooks carry it. Accepting and declining are both `unsorted[delete]` (amoCRM docs). */
export function incomingItem({ kind, incoming, by }: IncomingChange): HookItem {
  const { uid, created_at, category, pipeline_id, lead_id, contact_ids, metadata } = incoming;
  if (kind === 'incoming_lead_added') {
    const source_data = Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name, String(value)]),
    );
    const item = { uid, created_at, category, pipeline_id, lead_id, source_data };
    return { setting: 'add_unsorted', path: ['unsorted', 'add'], item };
  }
  const accepted = kind === 'incoming_lead_accepted';
  const item = {
    uid,
    action: accepted ? 'accept' : 'decline',
    created_at,
    modified_user_id: by,
    category,
    pipeline_id,
    ...(accepted
      ? { decline_result: { leads: '' }, accept_result: { leads: [lead_id], contacts: contact_ids } }
      : { decline_result: { leads: [lead_id] } }),
  };
  return { setting: 'delete_unsorted', path: ['unsorted', 'delete'], item };
}
