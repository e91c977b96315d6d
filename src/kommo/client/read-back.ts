import type { UnixSeconds } from '../../domain/entities.ts';
import { asObject, asText, type JsonObject } from '../../lib/unknown-json.ts';
import { idOrNull, timeOrNull } from '../wire.ts';
import { PAGE } from './by-id.ts';
import type { CallOptions } from './call.ts';
import { chunks, pages, queryOf } from './paging.ts';
import type { Transport } from './transport.ts';

/** Reads notes and tasks that a call without an answer may have written. Kommo keeps no request id, so texts are compared. */

export interface ExistingNote {
  id: number;
  dealId: number;
  text: string;
  createdAt: UnixSeconds;
}

export interface ExistingTask {
  id: number;
  dealId: number;
  text: string;
  completeTill: UnixSeconds;
  responsibleUserId: number | null;
  createdAt: UnixSeconds;
}

/** A URL of 8 KB could hold 250 ids; fewer deals a call mean fewer pages a list. */
const DEALS_A_CALL = 100;

/** Text notes of these deals, created at `since` or later by Kommo's clock: allow for the difference of the clocks. */
export async function notesOf(
  transport: Transport,
  dealIds: readonly number[],
  since: UnixSeconds,
  options?: CallOptions,
): Promise<ExistingNote[]> {
  const requested = new Set(dealIds);
  const items = new Map<number, ExistingNote>();
  const take = (wire: JsonObject) => {
    const note = noteOf(wire);
    if (note !== null && requested.has(note.dealId) && note.createdAt >= since) items.set(note.id, note);
  };
  const shared: [string, string | number][] = [
    ['filter[note_type][]', 'common'],
    ['filter[updated_at][from]', Math.floor(since)],
    ['limit', PAGE],
  ];
  for (const chunk of chunks([...requested], DEALS_A_CALL)) {
    // `filter[entity_id]` is in Kommo's PHP library but not in its docs: where it is ignored, read deal by deal.
    const query = queryOf([...entityIds(chunk), ...shared]);
    const filtered =
      chunk.length > 1 && (await readList(transport, '/leads/notes', query, 'notes', chunk, take, options));
    if (filtered) continue;
    for (const id of chunk) {
      await readList(transport, `/leads/${id}/notes`, queryOf(shared), 'notes', null, take, options);
    }
  }
  return [...items.values()];
}

/** Tasks of these deals created at `since` or later, done or not. */
export async function tasksOf(
  transport: Transport,
  dealIds: readonly number[],
  since: UnixSeconds,
  options?: CallOptions,
): Promise<ExistingTask[]> {
  const requested = new Set(dealIds);
  const items = new Map<number, ExistingTask>();
  const take = (wire: JsonObject) => {
    const task = taskOf(wire);
    if (task !== null && requested.has(task.dealId) && task.createdAt >= since) items.set(task.id, task);
  };
  for (const chunk of chunks([...requested], DEALS_A_CALL)) {
    const query = queryOf([
      ['filter[entity_type]', 'leads'],
      ...entityIds(chunk),
      ['filter[updated_at][from]', Math.floor(since)],
      ['limit', PAGE],
    ]);
    await readList(transport, '/tasks', query, 'tasks', null, take, options);
  }
  return [...items.values()];
}

function entityIds(dealIds: number[]): [string, number][] {
  return dealIds.map((id) => ['filter[entity_id][]', id]);
}

/** @returns false as soon as a page has an entity that was not requested: Kommo has ignored the filter. */
async function readList(
  transport: Transport,
  path: string,
  query: string,
  name: 'notes' | 'tasks',
  requested: number[] | null,
  take: (wire: JsonObject) => void,
  options: CallOptions | undefined,
): Promise<boolean> {
  // For one deal's notes, 404 means that the deal was deleted.
  const call = { path, query, name, doing: `reading ${name}`, absent: requested === null ? [404] : [] };
  for await (const page of pages(transport, call, options)) {
    for (const wire of page) take(wire);
    if (requested !== null && page.some((wire) => !requested.includes(idOrNull(wire.entity_id) ?? 0)))
      return false;
  }
  return true;
}

function noteOf(wire: JsonObject): ExistingNote | null {
  const id = idOrNull(wire.id);
  const dealId = idOrNull(wire.entity_id);
  const createdAt = timeOrNull(wire.created_at);
  if (id === null || dealId === null || createdAt === null) return null;
  return { id, dealId, text: asText(asObject(wire.params).text), createdAt };
}

function taskOf(wire: JsonObject): ExistingTask | null {
  const id = idOrNull(wire.id);
  const dealId = idOrNull(wire.entity_id);
  const createdAt = timeOrNull(wire.created_at);
  // Contacts and companies have tasks too, and may have the same ids as deals.
  const ofDeal = wire.entity_type === undefined || wire.entity_type === 'leads';
  if (id === null || dealId === null || createdAt === null || !ofDeal) return null;
  return {
    id,
    dealId,
    text: asText(wire.text),
    completeTill: timeOrNull(wire.complete_till) ?? 0,
    responsibleUserId: idOrNull(wire.responsible_user_id),
    createdAt,
  };
}
