import { entityExists } from '../account.ts';
import { addNote, editNote, type NewNote } from '../activities.ts';
import { type Check, type Item, need, read, readStamps, readUser } from '../checks.ts';
import { hal, nothing, type Reply, unknownIds } from '../hal.ts';
import type { Note } from '../model.ts';
import { within } from '../query.ts';
import type { EntityKind } from '../types.ts';
import { type Batch, type Planned, runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { orderBy } from './lists.ts';
import { readNote, readNoteChange } from './note-params.ts';
import { link, page } from './page.ts';
import { hrefOf, noteView } from './views.ts';

const missing = { leads: 'Lead not found', contacts: 'Contact not found', companies: 'Company not found' };

/** The notes a list starts from: one entity's, some entities', some ids', or all of this kind. */
function candidates({ account, query }: Call, kind: EntityKind, entityId: number | undefined): Note[] {
  const ids = query.ids('filter', 'id');
  const entities = entityId === undefined ? query.ids('filter', 'entity_id') : new Set([entityId]);
  const belongs = (note: Note) => note.entity_type === kind && (!entities || entities.has(note.entity_id));
  if (ids)
    return [...ids].map((id) => account.notes.get(id)).filter((note) => note && belongs(note)) as Note[];
  if (entities) return [...entities].flatMap((id) => account.notesOf.get(`${kind}/${id}`) ?? []);
  return [...account.notes.values()].filter(belongs);
}

function list(call: Call, kind: EntityKind, entityId?: number): Reply {
  const types = call.query.list('filter', 'note_type');
  const updated = call.query.range('filter', 'updated_at');
  const notes = candidates(call, kind, entityId).filter(
    (note) => (!types || types.includes(note.note_type)) && within(updated, note.updated_at),
  );
  orderBy(call, notes, ['updated_at', 'id']);
  return page(call, 'notes', notes, (note) => noteView(call, note));
}

function one(call: Call, kind: EntityKind, noteId: number): Reply {
  const note = call.account.notes.get(noteId);
  return note?.entity_type === kind ? hal(noteView(call, note)) : nothing;
}

/** 204, also where the note is in that state already (Kommo changelog of 2024). */
function pin({ account }: Call, kind: EntityKind, noteId: number, is_pinned: boolean): Reply {
  const note = account.notes.get(noteId);
  if (note?.entity_type !== kind) return unknownIds({ [noteId]: 'Note not found' });
  note.is_pinned = is_pinned;
  return nothing;
}

function planAddition(
  call: Call,
  kind: EntityKind,
  entityId: number | undefined,
  item: Item,
  check: Check,
): Planned<Note> {
  const { account } = call;
  const id = entityId ?? need(check, item, 'entity_id', 'int');
  const note = readNote(check, item, account.settings.switches.noteTextMax);
  const { created_by, created_at } = readStamps(account, check, item);
  const responsible_user_id = readUser(account, check, item, 'responsible_user_id');
  if (id === undefined || !note) return undefined;
  if (!entityExists(account, kind, id)) return { refused: missing[kind], id };
  const fresh: NewNote = {
    entity_id: id,
    entity_type: kind,
    ...note,
    created_by,
    created_at,
    responsible_user_id,
  };
  return { write: () => addNote(account, fresh, call.by) };
}

function planEdit(call: Call, kind: EntityKind, item: Item, check: Check): Planned<Note> {
  const id = need(check, item, 'id', 'int');
  const params = readNoteChange(check, item);
  read(check, item, 'entity_id', 'int');
  if (id === undefined || !params) return undefined;
  const note = call.account.notes.get(id);
  if (note?.entity_type !== kind) return { refused: 'Note not found', id };
  return { write: () => editNote(call.account, note, params, call.by) };
}

const noteLink = (call: Call, { entity_type, entity_id, id }: Note) =>
  link(`${hrefOf(call, entity_type, entity_id)}/notes/${id}`);

const additions = (call: Call, kind: EntityKind, entityId?: number): Batch<Note> => ({
  key: 'notes',
  plan: (item, check) => planAddition(call, kind, entityId, item, check),
  show: (note) => ({ id: note.id, entity_id: note.entity_id, ...noteLink(call, note) }),
});

const edits = (call: Call, kind: EntityKind, single?: number): Batch<Note> => ({
  key: 'notes',
  ...(single === undefined ? {} : { single }),
  plan: (item, check) => planEdit(call, kind, item, check),
  show: (note) => ({
    id: note.id,
    entity_id: note.entity_id,
    updated_at: note.updated_at,
    ...noteLink(call, note),
  }),
});

const routesOf = (kind: EntityKind): Routes => ({
  [`GET /${kind}/notes`]: (call) => list(call, kind),
  [`POST /${kind}/notes`]: (call) => runBatch(call, additions(call, kind)),
  [`PATCH /${kind}/notes`]: (call) => runBatch(call, edits(call, kind)),
  [`GET /${kind}/notes/:id`]: (call, noteId) => one(call, kind, noteId!),
  [`GET /${kind}/:id/notes`]: (call, id) => list(call, kind, id),
  [`POST /${kind}/:id/notes`]: (call, id) => runBatch(call, additions(call, kind, id)),
  [`GET /${kind}/:id/notes/:id`]: (call, _id, noteId) => one(call, kind, noteId!),
  [`POST /${kind}/:id/notes/:id/pin`]: (call, _id, noteId) => pin(call, kind, noteId!, true),
  [`POST /${kind}/:id/notes/:id/unpin`]: (call, _id, noteId) => pin(call, kind, noteId!, false),
  [`PATCH /${kind}/:id/notes/:id`]: (call, _id, noteId) => runBatch(call, edits(call, kind, noteId)),
});

export const noteRoutes: Routes = {
  ...routesOf('leads'),
  ...routesOf('contacts'),
  ...routesOf('companies'),
};
