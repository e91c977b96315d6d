import { z } from 'zod';
import { STOP_CONDITIONS } from '../../../domain/rules/rules.ts';
import { connectionName, count, id, ms } from '../common-schemas.ts';

const source = z.union([z.string(), z.number(), z.boolean()]);
const task = z.object({ text: z.string(), dueSeconds: z.number() });

/** Tags to add and to remove, by name; each is Liquid. */
const tags = z.object({ add: z.array(z.string()), remove: z.array(z.string()) });

/** From how many deals at once events are held. */
const bulkGuard = z.object({ deals: count, withinSeconds: z.number() });

export const stageRule = z.object({
  event: z.string(),
  /** What the event carries: names, and value paths or texts. */
  data: z.record(z.string(), source),
  /** Liquid; null for the default text. */
  note: z.string().nullable(),
  tags: tags.nullable(),
  /** Whether the event is also sent for clients who cannot get email. */
  unmailableClients: z.enum(['send', 'skip']),
  /** What must be true of the deal, in words; null: nothing. */
  condition: z.string().nullable(),
  /** When the event goes out, in words; null: at once. */
  held: z.string().nullable(),
  /** Whether a deal or a person gets the event once only; null: with each entry into the stage. */
  once: z.enum(['deal', 'person']).nullable(),
  /** Missing where the stage has none of its own; null: off. */
  bulkGuard: bulkGuard.nullable().optional(),
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
    /** `last_changed`, `all`, or the name or id of a pipeline. */
    deal: z.string(),
    profiles: z.object({
      idPrefix: z.string(),
      merge: z.boolean(),
      whenEmailRemoved: z.enum(['keep', 'clear', 'unsubscribe']),
      whenContactDeleted: z.enum(['keep', 'unsubscribe', 'delete']),
    }),
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
      /** One report, or several: `email_opened, sms_clicked`. */
      unless: z.string(),
      event: z.string(),
      task: task.nullable(),
      stopWhen: z.array(z.enum(STOP_CONDITIONS)),
      unmailableClients: z.enum(['stop', 'keep']),
    }),
  ),
  skipMovesAfterSeconds: z.number(),
  waitForContactSeconds: z.number(),
  /** Null: off. */
  bulkGuard: bulkGuard.nullable(),
});
export type Rules = z.output<typeof rules>;
