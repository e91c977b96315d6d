import { z } from 'zod';
import { dealId, kommoKind, unixSeconds } from './kind.ts';

const payload = z.object({
  kind: z.literal('task'),
  dealId,
  text: z.string(),
  dueAt: unixSeconds,
  /** Null: Kommo assigns the task to the token's user. */
  responsibleUserId: z.int().nullable(),
});

/** Creates a task on the deal. */
export const task = kommoKind({
  kind: 'task',
  payload,
  metric: 'tasks',
  describe: ({ dealId, dueAt, text }, words) => words.task(dealId, utc(dueAt), text),
  call: 'addTasks',
  item: ({ dealId, text, dueAt, responsibleUserId }) => ({ dealId, text, dueAt, responsibleUserId }),
});

function utc(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
