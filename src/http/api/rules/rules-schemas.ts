import { z } from 'zod';
import { connectionName, count, id, ms } from '../common-schemas.ts';

const source = z.union([z.string(), z.number(), z.boolean()]);
const task = z.object({ text: z.string(), dueSeconds: z.number() });

/** Tags to add and to remove, by name; each is Liquid. */
const tags = z.object({ add: z.array(z.string()), remove: z.array(z.string()) });

export const stageRule = z.object({
  event: z.string(),
  /** What the event carries: names, and value paths or texts. */
  data: z.record(z.string(), source),
  /** Liquid; null for the default text. */
  note: z.string().nullable(),
  tags: tags.nullable(),
  /** Whether the event is also sent for clients who cannot get email. */
  unmailableClients: z.enum(['send', 'skip']),
});

export const rulesQuery = z.strictObject({ connection: connectionName });
export const rules = z.object({
  connection: connectionName,
  /** The configuration. */
  file: z.string(),
  /** Whether they can be edited here: `ruleSource` and its neighbours. */
  editable: z.boolean(),
  /** Why not: they are given by the file. Null where they can. */
  reason: z.string().nullable(),
  /** The published version; 0: nothing was published yet. Null where the file gives them. */
  version: count.nullable(),
  /** When the pipelines were last read from Kommo; null: not yet, and `pipelines` has only what the rules name. */
  readAt: ms.nullable(),
  pipelines: z.array(
    z.object({
      id: id.nullable(),
      name: z.string(),
      stages: z.array(
        z.object({
          id: id.nullable(),
          name: z.string(),
          /** As Kommo shows it: `#99ccff`. */
          color: z.string().nullable(),
          rule: stageRule.nullable(),
        }),
      ),
    }),
  ),
  person: z.object({
    identifyBy: z.enum(['email', 'contact_id']),
    contacts: z.enum(['main', 'all']),
    attributes: z.record(z.string(), source),
  }),
  reactions: z.array(
    z.object({
      name: z.string(),
      note: z.string().nullable(),
      task: task.nullable(),
      fields: z.record(z.string(), z.string()),
      tags: tags.nullable(),
      repeat: z.enum(['first', 'every']),
      machineOpens: z.enum(['ignore', 'count']),
    }),
  ),
  inactivity: z.array(
    z.object({
      start: z.string(),
      afterSeconds: z.number(),
      unless: z.string(),
      event: z.string(),
      task: task.nullable(),
    }),
  ),
  skipMovesAfterSeconds: z.number(),
});
export type Rules = z.output<typeof rules>;
