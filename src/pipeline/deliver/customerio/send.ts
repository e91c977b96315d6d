import { type BatchCall, type BatchResult, batchItemOf, sendWrite } from '../../../customerio/index.ts';
import { type CustomerioWrite, kindNamed } from '../../../domain/actions.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../outbox.ts';

type Track = Pick<Connection, 'track'>;

/** The call that delivers an action. */
export function writeOf({ payload }: Pick<OutboxRow, 'payload'>): CustomerioWrite {
  const kind = kindNamed(payload.kind);
  if (kind.destination !== 'customerio') throw new Error(`An action ${payload.kind} is not for Customer.io.`);
  return kind.write(payload);
}

/** Sends one action by a call of its own (v1). @returns warnings about what had to be cut to Customer.io's limits. */
export function sendOne({ track }: Track, action: OutboxRow): Promise<string[]> {
  return sendWrite(track, writeOf(action), action.ulid);
}

/** Sends actions of different people in one call (v2). @returns the result of each, in their order, with its warnings. */
export async function sendBatch(
  { track }: Track,
  actions: OutboxRow[],
  onCall: (call: BatchCall) => void,
): Promise<{ result: BatchResult; warnings: string[] }[]> {
  const items = actions.map((action) => batchItemOf(writeOf(action), action.ulid));
  const results = await track.batch(
    items.map(({ item }) => item),
    onCall,
  );
  return items.map(({ warnings }, index) => ({ result: results[index]!, warnings }));
}
