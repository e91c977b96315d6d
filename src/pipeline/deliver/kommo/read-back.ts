import { kindNamed, kindsOfCall } from '../../../domain/actions.ts';
import { resultsOf } from '../../../store/actions/actions.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../outbox.ts';
import { callOf } from './send.ts';

/** How far Kommo's clock and ours may differ, and how long a request may have been under way, in s. */
const CLOCK_SLACK_S = 300;

/** A note or task, reduced to what is compared. */
interface Text {
  id: number;
  dealId: number;
  text: string;
}

/**
 * Finds which of these notes or tasks (all of one call), whose calls had no answer, were written
 * all the same: by deal and text, among those that no other action of ours accounts for. Two equal
 * texts on one deal are told apart by their number: each found one settles one action.
 *
 * @returns Kommo's id by the action's id.
 */
export async function findWritten(
  db: Db,
  connection: Connection,
  actions: OutboxRow[],
): Promise<Map<number, string>> {
  const call = callOf(actions[0]!);
  const texts = actions.flatMap(textOf);
  const dealIds = [...new Set(texts.map(({ dealId }) => dealId))];
  const since = Math.floor(Math.min(...actions.map((action) => action.sent_at ?? action.created_at)) / 1000);
  const read = call === 'addNotes' ? connection.kommo.notesOf : connection.kommo.tasksOf;
  const existing = await read(dealIds, since - CLOCK_SLACK_S, { priority: 'retry' });
  const accounted = await resultsOf(db, connection.name, kindsOfCall(call), dealIds);
  return matchWritten(
    texts,
    existing.filter((found) => !accounted.has(String(found.id))),
  );
}

/** The text that the action writes; none where its call creates nothing. */
function textOf({ id, payload }: OutboxRow): Text[] {
  const write = kindNamed(payload.kind).write(payload);
  if (write.call !== 'addNotes' && write.call !== 'addTasks') return [];
  const { dealId, text } = write.item;
  return [{ id, dealId, text }];
}

/** Pairs actions with what was found, oldest with oldest. */
export function matchWritten(actions: Text[], existing: Text[]): Map<number, string> {
  const free = [...existing].sort((a, b) => a.id - b.id);
  const written = new Map<number, string>();
  for (const { id, dealId, text } of [...actions].sort((a, b) => a.id - b.id)) {
    const index = free.findIndex((found) => found.dealId === dealId && found.text.trim() === text.trim());
    if (index < 0) continue;
    written.set(id, String(free[index]!.id));
    free.splice(index, 1);
  }
  return written;
}
