import type { Note, Task } from '../model.ts';
import type { HookAccount } from './account.ts';
import type { Item } from './items.ts';

const elementTypes = { contacts: 1, leads: 2, companies: 3 } as const;

/** API v4 has names for note types, webhooks the numbers of v2 (amoCRM docs of API v2). */
const noteTypes: Record<string, number> = {
  common: 4,
  attachment: 5,
  call_in: 10,
  call_out: 11,
  service_message: 25,
  extended_service_message: 25,
  message_cashier: 17,
  geolocation: 28,
  sms_in: 102,
  sms_out: 103,
};

/** `2025-05-26 14:11:09`, `offsetHours` east of UTC. */
export function wallClock(unixSeconds: number, offsetHours: number): string {
  return new Date((unixSeconds + offsetHours * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Calls carry JSON with upper-case keys in `text` (seen in public client code); everything else its text. */
function noteText({ note_type, params }: Note): string {
  if (note_type !== 'call_in' && note_type !== 'call_out') return String(params.text ?? '');
  const { uniq, link, phone, duration, source } = params;
  return JSON.stringify({ UNIQ: uniq, LINK: link, PHONE: phone, DURATION: duration, SRC: source });
}

/**
 * A note as webhooks carry it: one level deeper than everything else. `attachement` is Kommo's spelling.
 * `date_create` was Moscow time (UTC+3) in captures, whatever the account's time zone.
 */
export function noteItem(note: Note, by: number, account: HookAccount): Item {
  const inner: Item = {
    text: noteText(note),
    attachement: '',
    note_type: noteTypes[note.note_type] ?? 4,
    element_type: elementTypes[note.entity_type],
    element_id: note.entity_id,
    metadata: JSON.stringify({ event_source: { type: by === 0 ? 5 : 1, author_name: '' } }),
    created_by: note.created_by,
    main_user_id: note.responsible_user_id,
    id: note.id,
    date_create: wallClock(note.created_at, 3),
    timestamp_x: wallClock(note.updated_at, 3),
    account_id: account.id,
    created_at: note.created_at,
    updated_at: note.updated_at,
  };
  if (note.entity_type === 'leads') return { note: inner };
  return { note: inner, type: note.entity_type === 'contacts' ? 'contact' : 'company' };
}

/** A task as webhooks carry it: `complete_till` is UTC wall clock, `complete_before` the same as unix seconds. */
export function taskItem(task: Task, by: number, account: HookAccount): Item {
  return {
    id: task.id,
    element_id: task.entity_id ?? 0,
    element_type: task.entity_type ? elementTypes[task.entity_type] : 0,
    task_type: task.task_type_id,
    date_create: wallClock(task.created_at, 0),
    text: task.text,
    status: Number(task.is_completed),
    account_id: account.id,
    created_user_id: task.created_by,
    last_modified: task.updated_at,
    modified_user_id: by,
    responsible_user_id: task.responsible_user_id,
    complete_till: wallClock(task.complete_till, 0),
    action_close: Number(task.is_completed),
    result: task.result ? { id: task.id, text: task.result.text } : undefined,
    complete_before: task.complete_till,
    created_at: task.created_at,
    updated_at: task.updated_at,
  };
}
