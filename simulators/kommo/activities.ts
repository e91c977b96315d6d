import { type Account, addTo } from './account.ts';
import { defined, listKey } from './edits.ts';
import { type By, bare, log } from './history.ts';
import type { Note, Task } from './model.ts';
import { storedText } from './text-storage.ts';

export type NewNote = Pick<Note, 'entity_id' | 'entity_type' | 'note_type' | 'params'> & {
  responsible_user_id?: number | undefined;
  created_by?: number | undefined;
  created_at?: number | undefined;
};

const singular = { leads: 'lead', contacts: 'contact', companies: 'company' } as const;

export function addNote(account: Account, fresh: NewNote, by: By): Note {
  const at = account.seconds();
  const note: Note = {
    id: account.nextId(),
    entity_id: fresh.entity_id,
    entity_type: fresh.entity_type,
    note_type: fresh.note_type,
    params: storedParams(account, fresh.params),
    responsible_user_id: fresh.responsible_user_id ?? account.tokenUser.id,
    created_by: fresh.created_by ?? by,
    updated_by: by,
    created_at: fresh.created_at ?? at,
    updated_at: at,
  };
  account.notes.set(note.id, note);
  addTo(account.notesOf, listKey(note.entity_type, note.entity_id), note);
  const about = singular[note.entity_type];
  log(account, about, note.entity_id, by, bare(`${note.note_type}_note_added`, [{ note: { id: note.id } }]));
  account.emit({ kind: 'note_added', note: { ...note }, by, at });
  return note;
}

/** The params with their text as this account stores it. */
function storedParams(account: Account, params: Record<string, unknown>): Record<string, unknown> {
  const { text } = params;
  if (typeof text !== 'string') return params;
  return { ...params, text: storedText(text, account.settings.switches.textStorage) };
}

/** A changed note sends no webhook: no capture shows one. */
export function editNote(account: Account, note: Note, params: Record<string, unknown>, by: By): Note {
  return Object.assign(note, {
    params: storedParams(account, { ...note.params, ...params }),
    updated_at: account.seconds(),
    updated_by: by,
  });
}

type TaskEdit = { [Key in keyof Task]?: Task[Key] | undefined };

export function addTask(
  account: Account,
  fresh: Pick<Task, 'text' | 'complete_till'> & TaskEdit,
  by: By,
): Task {
  const at = account.seconds();
  const task: Task = {
    id: account.nextId(),
    entity_id: null,
    entity_type: null,
    task_type_id: 1,
    responsible_user_id: account.tokenUser.id,
    is_completed: false,
    duration: 0,
    result: null,
    created_by: by,
    updated_by: by,
    created_at: at,
    updated_at: at,
    ...(defined(fresh) as Pick<Task, 'text' | 'complete_till'>),
    text: storedText(fresh.text, account.settings.switches.textStorage),
  };
  account.tasks.set(task.id, task);
  if (task.entity_type && task.entity_id)
    addTo(account.tasksOf, listKey(task.entity_type, task.entity_id), task);
  log(account, 'task', task.id, by, bare('task_added', [{ note: { id: account.nextId() } }]));
  account.emit({ kind: 'task_added', task: { ...task }, by, at });
  return task;
}

export function editTask(account: Account, task: Task, edit: TaskEdit, by: By): Task {
  const completed = !task.is_completed && edit.is_completed === true;
  Object.assign(task, defined(edit), { updated_at: account.seconds(), updated_by: by });
  if (completed) log(account, 'task', task.id, by, bare('task_completed'));
  account.emit({ kind: 'task_updated', task: { ...task }, by, at: task.updated_at });
  return task;
}
