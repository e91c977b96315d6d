import { kindNamed, kindsOfCall } from '../../../domain/actions.ts';
import { resultsOf } from '../../../store/actions/actions.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../outbox.ts';
import { callOf } from './send.ts';

/** How far Kommo's clock and ours may differ, plus how long a request may have been in transit, in s. */
const CLOCK_SLACK_S = 300;

/** A note or task, reduced to what is compared. */
interface Text {
  id: number;
  dealId: number;
  text: string;
}

/**
 * Finds which of these notes or tasks (all of one call) were written although their calls had no answer: by deal and
 * text, among those at Kommo that are not the result of another action. Of several equal texts on one deal, each one
 * found at Kommo accounts for one action.
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
  const knownIds = await resultsOf(db, connection.name, kindsOfCall(call), dealIds);
  return matchWritten(
    texts,
    existing.filter(({ id }) => !knownIds.has(String(id))),
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
    const index = free.findIndex((other) => other.dealId === dealId && other.text.trim() === text.trim());
    if (index < 0) continue;
    written.set(id, String(free[index]!.id));
    free.splice(index, 1);
  }
  return written;
}
