import { z } from 'zod';
import { activityRow } from '../activity/contract.ts';
import { connectionName, count, id, json, ms } from '../contract-shared.ts';

/** A deal's number, its address in Kommo, an email, or a person's identifier in Customer.io. */
export const subjectQuery = z.strictObject({
  q: z.string().trim().min(1).max(300),
  connection: connectionName.optional(),
});

export const fieldNow = z.object({
  field: z.string(),
  value: z.string(),
  /** When the report that set it happened. */
  at: ms,
  /** The report's name. */
  by: z.string().nullable(),
});

export const person = z.object({
  person: z.string(),
  email: z.string().nullable(),
  contactId: id.nullable(),
  /** The deal whose values the attributes follow. */
  dealId: id.nullable(),
  /** As last sent to Customer.io; null for a person that was never identified. */
  attributes: z.record(z.string(), json).nullable(),
  updatedAt: ms,
  /** Status fields as reports have set them. */
  fields: z.array(fieldNow),
  links: z.object({ customerioPerson: z.string().nullable() }),
});
export type Person = z.output<typeof person>;

export const watch = z.object({
  id,
  /** The event that started the clock, the report that stops it, and what is sent when it runs out. */
  start: z.string(),
  unless: z.string(),
  person: z.string(),
  dealId: id,
  startedAt: ms,
  firesAt: ms,
  state: z.enum(['running', 'stopped', 'fired']),
  endedAt: ms.nullable(),
  /** The event that stopped it. */
  stoppedBy: id.nullable(),
});

/** Running clocks, the next to run out first. `after` is the `next` of the page before. */
export const watchesQuery = z.strictObject({
  connection: connectionName.optional(),
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'must be the `next` of another page')
    .optional(),
});
export const watches = z.object({
  watches: z.array(
    watch
      .pick({
        id: true,
        start: true,
        unless: true,
        person: true,
        dealId: true,
        startedAt: true,
        firesAt: true,
      })
      .extend({
        connection: connectionName,
        email: z.string().nullable(),
        /** The deal in Kommo. */
        link: z.string(),
      }),
  ),
  next: z.string().nullable(),
});
export type Watches = z.output<typeof watches>;

/** "Why did nothing happen?", or what happened last. */
export const answer = z.object({
  /** One sentence or a few. */
  text: z.string(),
  tone: z.enum(['good', 'waiting', 'bad', 'nothing']),
  /** The event it speaks of. */
  event: id.nullable(),
  at: ms.nullable(),
});
export type Answer = z.output<typeof answer>;

export const subject = z.object({
  connection: connectionName,
  deals: z.array(z.object({ id, link: z.string().nullable() })),
  people: z.array(person),
  /** Set fields of these deals, the newest first. */
  fieldHistory: z.array(
    z.object({ at: ms, dealId: id, field: z.string(), value: z.string(), done: z.boolean(), event: id }),
  ),
  watches: z.array(watch),
  /** Both directions, the newest first, at most 100; older ones through `/api/activity`. */
  timeline: z.array(activityRow),
  more: z.boolean(),
  answer,
});
export type Subject = z.output<typeof subject>;

/** One for each connection that knows it; where none does, one for each connection with the answer why. */
export const subjects = z.object({ q: z.string(), subjects: z.array(subject) });
export type Subjects = z.output<typeof subjects>;

const source = z.union([z.string(), z.number(), z.boolean()]);
const task = z.object({ text: z.string(), dueSeconds: z.number() });

export const stageRule = z.object({
  event: z.string(),
  /** What the event carries: names, and value paths or texts. */
  data: z.record(z.string(), source),
  /** Liquid; null for the default text. */
  note: z.string().nullable(),
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
