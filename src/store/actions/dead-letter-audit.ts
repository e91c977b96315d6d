import type { Db } from '../database/database.ts';
import type { Authorship } from '../users/actor.ts';
import { addAudit } from '../users/audit.ts';

export interface ChangedAction {
  id: number;
  connection: string;
}

/** The most ids in one entry, so that it stays short. */
const MAX_IDS = 20;

/**
 * Adds an entry for each connection whose dead letters were replayed or discarded. To be called in the transaction of
 * the change.
 * @param why the reason of a discard
 */
export async function auditDeadLetters(
  trx: Db,
  by: Authorship,
  { what, actions, why }: { what: 'replay' | 'discard'; actions: ChangedAction[]; why?: string },
): Promise<void> {
  const reason = why === undefined ? '' : `, because: ${why}`;
  for (const [connection, ids] of idsByConnection(actions)) {
    const detail = `${connection}, ${countText(ids)} (${idsText(ids)})${reason}`;
    await addAudit(trx, by, { what, connection, detail });
  }
}

function idsByConnection(actions: ChangedAction[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const { id, connection } of actions) groups.set(connection, [...(groups.get(connection) ?? []), id]);
  return groups;
}

function countText({ length }: number[]): string {
  return length === 1 ? '1 dead letter' : `${length} dead letters`;
}

function idsText(ids: number[]): string {
  const first = ids.slice(0, MAX_IDS).join(', ');
  return ids.length > MAX_IDS ? `${first} and ${ids.length - MAX_IDS} more` : first;
}
