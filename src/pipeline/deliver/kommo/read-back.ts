import { kindNamed, kindsOfCall } from '../../../domain/actions.ts';
import { matchWritten, type WrittenText } from '../../../kommo/index.ts';
import { resultsOf } from '../../../store/actions/actions.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../outbox.ts';
import { callOf } from './send.ts';

/** The allowed difference between Kommo's clock and ours, plus the time that a request may have been in transit, in s. */
const CLOCK_SLACK_S = 300;

/**
 * Finds which of these notes or tasks (all with the same call) were written although their calls had no answer: it matches
 * deal and text with the notes or tasks in Kommo that are not the result of another action. Of several equal texts on one
 * deal, each one found in Kommo accounts for one action.
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

/** The text that the action writes; none where its call does not create a note or task. */
function textOf({ id, payload }: OutboxRow): WrittenText[] {
  const write = kindNamed(payload.kind).write(payload);
  if (write.call !== 'addNotes' && write.call !== 'addTasks') return [];
  const { dealId, text } = write.item;
  return [{ id, dealId, text }];
}
