import { z } from 'zod';
import { EVENT_OUTCOMES } from '../domain/event-outcome.ts';
import { EVENT_KINDS } from '../domain/events.ts';

/*
 * Drafts, previews and comparisons as JSON: in requests and answers of the API, and in calls between the process that
 * receives a request and the process that runs the connection, which may be another version of Stagepost.
 */

const id = z.int().positive();
const count = z.int().nonnegative();

const texts = z.record(z.string(), z.string());
const draftTask = z.strictObject({ text: z.string(), due: z.string().optional() });
const textList = z.array(z.string());
const draftTags = z.strictObject({ add: textList.optional(), remove: textList.optional() });

const draftGuard = z.union([
  z.string(),
  z.strictObject({ deals: z.string().optional(), within: z.string().optional() }),
]);

const draftConsent = z.strictObject({
  from_crm: z.string().optional(),
  contact_field: z.string().optional(),
  topics: z.array(z.string()).optional(),
  opt_in_from_crm: z.string().optional(),
});

/** A draft as data. Every scalar is a text, as in the file; a missing key has its default. */
export const draftTree = z.strictObject({
  person: z
    .strictObject({
      identify_by: z.string().optional(),
      id_prefix: z.string().optional(),
      merge: z.string().optional(),
      when_email_removed: z.string().optional(),
      when_contact_deleted: z.string().optional(),
      contacts: z.string().optional(),
      deal: z.string().optional(),
      attributes: texts.optional(),
    })
    .optional(),
  stages: z
    .array(
      z.strictObject({
        pipeline: z.string(),
        stage: z.string(),
        event: z.string(),
        data: texts.optional(),
        note: z.string().optional(),
        tags: draftTags.optional(),
        unmailable_clients: z.string().optional(),
        if: z.json().optional(),
        delay: z.string().optional(),
        quiet_hours: z.string().optional(),
        when_left: z.string().optional(),
        once: z.string().optional(),
        bulk_guard: draftGuard.optional(),
      }),
    )
    .optional(),
  reactions: z
    .record(
      z.string(),
      z.strictObject({
        note: z.string().optional(),
        task: draftTask.optional(),
        field: texts.optional(),
        tags: draftTags.optional(),
        repeat: z.string().optional(),
        machine_opens: z.string().optional(),
      }),
    )
    .optional(),
  inactivity: z
    .array(
      z.strictObject({
        start: z.string(),
        after: z.string(),
        unless: z.union([z.string(), textList]),
        event: z.string(),
        task: draftTask.optional(),
        stop_when: z.array(z.string()).optional(),
        unmailable_clients: z.string().optional(),
      }),
    )
    .optional(),
  skip_moves_after: z.string().optional(),
  wait_for_contact: z.string().optional(),
  quiet_hours: z.string().optional(),
  consent: draftConsent.optional(),
  bulk_guard: draftGuard.optional(),
});
export type DraftTree = z.output<typeof draftTree>;

/**
 * Unpublished rules: as YAML text with its comments, as data, or both. The data is written into the text (default: the
 * newest version's text), in which unchanged parts keep their form and comments.
 */
export const draft = z.strictObject({
  text: z.string().max(100_000).optional(),
  tree: draftTree.optional(),
});
export type Draft = z.input<typeof draft>;

/** The subject of a preview: a deal as if it moved to a stage now, or a stored event. */
export const previewSubject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deal'), dealId: id, pipelineId: id, stageId: id }),
  z.strictObject({ kind: z.literal('event'), id }),
]);
export type PreviewSubject = z.output<typeof previewSubject>;

/**
 * One request as it would be sent alone; under load several are sent together. Secrets are `$VARIABLES`, and `$EVENT_ID`
 * stands for an id that only a stored event has.
 */
export const previewRequest = z.object({
  /** The action in one line. */
  title: z.string(),
  destination: z.enum(['customerio', 'kommo']),
  method: z.string(),
  url: z.string(),
  /** Null where the request cannot be made. */
  body: z.json(),
  /** Why the request cannot be made: the action would become a dead letter. */
  problem: z.string().nullable(),
  /** Sent only after the previous request was accepted. */
  afterPrevious: z.boolean(),
});

/**
 * What a request does, for a sentence: `name` is the event, the field or, of a profile, nothing; `text` what is written, the tags, or
 * how many values of the profile are sent.
 */
export const decisionEffect = z.object({
  kind: z.enum(['event', 'profile', 'note', 'task', 'field', 'tags', 'other']),
  name: z.string().nullable(),
  text: z.string(),
});
export type DecisionEffect = z.output<typeof decisionEffect>;

/** The decision about one event. */
export const decision = z.object({
  /** Whom it is about; null where nobody was found. A process of an earlier version does not say it. */
  client: z
    .object({
      name: z.string(),
      /** Null where it was not asked. */
      canGetEmail: z.boolean().nullable(),
    })
    .nullable()
    .default(null),
  effects: z.array(decisionEffect).default([]),
  outcome: z.enum(['planned', 'ignored', 'parked', 'waiting']),
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  warnings: z.array(z.string()),
  requests: z.array(previewRequest),
});
export type Decision = z.output<typeof decision>;

export const preview = z.object({
  /** The subject, as a sentence. */
  title: z.string(),
  /** The decision by the active rules. */
  now: decision,
  /** The decision by the draft; null without a draft. */
  draft: decision.nullable(),
});
export type Preview = z.output<typeof preview>;

export const MAX_COMPARED_EVENTS = 500;

export const compared = z.object({
  /** How many events were planned again. */
  looked: count,
  /** How many of them could not be compared, because their deal or person can no longer be read. */
  unknown: count,
  /** How many would have turned out differently. */
  total: count,
  /** The newest 100 of them. */
  different: z.array(
    z.object({
      id,
      title: z.string(),
      kind: z.enum(EVENT_KINDS),
      outcome: z.enum(EVENT_OUTCOMES),
      /** ms since 1970. */
      at: count,
      now: decision,
      draft: decision,
    }),
  ),
});
export type Compared = z.output<typeof compared>;
