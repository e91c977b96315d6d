import type { AddNote, AddTask } from '../../../domain/actions.ts';
import { resultsOf } from '../../../store/actions/actions.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../lane.ts';

/** How far Kommo's clock and ours may differ, and how long a request may have been under way, in s. */
const CLOCK_SLACK_S = 300;

/** What stands at Kommo, reduced to what is compared. */
interface Existing {
  id: number;
  dealId: number;
  text: string;
}

/**
 * Finds which of these notes or tasks (all of one kind), whose calls had no answer, were written
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
  const kind = actions[0]!.kind;
  const dealIds = [...new Set(actions.map((action) => (action.payload as AddNote | AddTask).dealId))];
  const since = Math.floor(Math.min(...actions.map((action) => action.sent_at ?? action.created_at)) / 1000);
  const read = kind === 'note' ? connection.kommo.notesOf : connection.kommo.tasksOf;
  const existing = await read(dealIds, since - CLOCK_SLACK_S, { priority: 'retry' });
  const accounted = await resultsOf(db, connection.name, kind, dealIds);
  return matchWritten(
    actions,
    existing.filter((found) => !accounted.has(String(found.id))),
  );
}

/** Pairs actions with what was found, oldest with oldest. */
export function matchWritten(
  actions: Pick<OutboxRow, 'id' | 'payload'>[],
  existing: Existing[],
): Map<number, string> {
  const free = [...existing].sort((a, b) => a.id - b.id);
  const written = new Map<number, string>();
  for (const action of [...actions].sort((a, b) => a.id - b.id)) {
    const { dealId, text } = action.payload as AddNote | AddTask;
    const index = free.findIndex((found) => found.dealId === dealId && found.text.trim() === text.trim());
    if (index < 0) continue;
    written.set(action.id, String(free[index]!.id));
    free.splice(index, 1);
  }
  return written;
}
