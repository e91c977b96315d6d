import { z } from 'zod';
import { dealId, kommoKind } from './kind.ts';

const payload = z.object({
  kind: z.literal('close_task'),
  /** The deal of the task. */
  dealId,
  /** The event whose reaction created the task. */
  eventId: z.int(),
  /** Kommo's id of the task. Null until the action is sent: the task itself may still have to be written. */
  taskId: z.int().nullable(),
  /** The result of the task, for people. */
  text: z.string(),
});

/** Completes the task of a report whose reason is gone. */
export const closeTask = kommoKind({
  kind: 'close_task',
  payload,
  metric: 'tasks_closed',
  describe: ({ dealId, text }, words) => words.closeTask(dealId, text),
  call: 'closeTasks',
  item: ({ dealId, taskId, text }) => ({ dealId, taskId, text }),
});
