import { z } from 'zod';
import { eventKind, outcome } from '../activity/contract.ts';
import { connectionName, count, id, json, ms, queryNumber } from '../contract-shared.ts';

/*
 * Editing a connection's rules. A draft is the rules' part of stagepost.yaml (`person`, `stages`, `reactions`,
 * `inactivity`, `skip_moves_after`), as the file would write it: so the console, the file and the versions speak of
 * one and the same thing, and the way from one to the other loses nothing.
 */

/** The keys of a draft as data. Every scalar is a text, as it stands in the file; a missing key has its default. */
const texts = z.record(z.string(), z.string());
const draftTask = z.strictObject({ text: z.string(), due: z.string().optional() });
export const draftTree = z.strictObject({
  person: z
    .strictObject({
      identify_by: z.string().optional(),
      contacts: z.string().optional(),
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
        unless: z.string(),
        event: z.string(),
        task: draftTask.optional(),
      }),
    )
    .optional(),
  skip_moves_after: z.string().optional(),
});
export type DraftTree = z.output<typeof draftTree>;

/**
 * Rules to look at: as YAML text with its comments, or as data, or both. The data goes into the text, or into that of the
 * newest version where none is given: what is the same stays as it is written, with its comments.
 */
export const draft = z.strictObject({
  text: z.string().max(100_000).optional(),
  tree: draftTree.optional(),
});
export type Draft = z.input<typeof draft>;

/** What is wrong with a draft, and where: a path for the form, a line for the text. */
export const draftProblem = z.object({
  /** `['stages', 2, 'event']` */
  path: z.array(z.union([z.string(), z.number()])),
  line: count,
  column: count,
  message: z.string(),
  hint: z.string().nullable(),
});
export type DraftProblem = z.output<typeof draftProblem>;

const ofConnection = { connection: connectionName };

/** The rules as they can be edited, of the newest or of another version. */
export const ruleSourceQuery = z.strictObject({ ...ofConnection, version: queryNumber.optional() });
export const ruleSource = z.object({
  connection: connectionName,
  /** False: the connection's rules are given by stagepost.yaml; `reason` says so, `text` and `tree` are its. */
  editable: z.boolean(),
  reason: z.string().nullable(),
  /** 0: nothing was published yet. */
  version: count,
  text: z.string(),
  tree: draftTree,
});
export type RuleSource = z.output<typeof ruleSource>;

/** Newest first. */
export const ruleVersions = z.object({
  versions: z.array(
    z.object({
      version: id,
      at: ms,
      /** Who published it, and why, in their words. */
      by: z.string(),
      note: z.string().nullable(),
      /** An older version that was brought back. */
      restored: id.nullable(),
      /** The one that counts: the newest. */
      isCurrent: z.boolean(),
    }),
  ),
});
export type RuleVersions = z.output<typeof ruleVersions>;

/** What can be written where, for completion. */
export const ruleHelp = z.object({
  /** Value paths with the account's own fields: `deal.field.Plan`. */
  paths: z.array(
    z.object({
      path: z.string(),
      /** As Kommo calls it: `Plan (list)`. */
      label: z.string(),
      /** Where it may stand. `report`: in reactions only. */
      scope: z.enum(['everywhere', 'report']),
    }),
  ),
  /** The names of reports that can have a reaction, or stop a clock. */
  reports: z.array(z.string()),
  /** Deal fields that a reaction can set, by name. */
  fields: z.array(z.string()),
  /** Names that texts of each kind know besides value paths: `event`, `person`, `subject`. */
  names: z.object({
    stage_note: z.array(z.string()),
    reaction: z.array(z.string()),
    inactivity: z.array(z.string()),
  }),
});
export type RuleHelp = z.output<typeof ruleHelp>;

export const checkBody = z.strictObject({ ...ofConnection, draft });
export const checked = z.object({
  ok: z.boolean(),
  problems: z.array(draftProblem),
  warnings: z.array(draftProblem),
  /** The draft as text and, where it can be read, as data. */
  text: z.string(),
  tree: draftTree.nullable(),
  /** What differs from the rules that run now, a sentence each. */
  changes: z.array(z.string()),
});
export type Checked = z.output<typeof checked>;

/**
 * One request as it would be sent, alone; under load several go together. Secrets are `$VARIABLES`, and `$EVENT_ID` is an
 * id that is only made for a real event.
 */
export const previewRequest = z.object({
  /** What it does, in a line. */
  title: z.string(),
  destination: z.enum(['customerio', 'kommo']),
  method: z.string(),
  url: z.string(),
  /** Null where it cannot be made. */
  body: json,
  /** Why it cannot be made: it would become a dead letter. */
  problem: z.string().nullable(),
  /** Sent only when the request that it follows from was accepted. */
  afterPrevious: z.boolean(),
});
export const decision = z.object({
  outcome: z.enum(['planned', 'ignored', 'parked']),
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  warnings: z.array(z.string()),
  requests: z.array(previewRequest),
});
export type Decision = z.output<typeof decision>;

/** On what: a deal as if it moved to a stage now, or an event that has come. Nothing is sent or stored. */
export const previewBody = z.strictObject({
  ...ofConnection,
  /** Left out: the rules that run now. */
  draft: draft.optional(),
  on: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('deal'), dealId: id, pipelineId: id, stageId: id }),
    z.strictObject({ kind: z.literal('event'), id }),
  ]),
});
export const preview = z.object({
  /** What it was made for, in a sentence. */
  title: z.string(),
  now: decision,
  /** By the draft; null without one. */
  draft: decision.nullable(),
});
export type Preview = z.output<typeof preview>;

export const compareBody = z.strictObject({
  ...ofConnection,
  draft,
  /** How many of the last events: 500, or fewer where there are not so many. */
  events: z.int().min(1).max(500).default(500),
});
export const compared = z.object({
  looked: count,
  /** Events whose deal or person could not be read any more: they say nothing. */
  unknown: count,
  /** How many would have gone otherwise. */
  total: count,
  /** The newest 100 of them. */
  different: z.array(
    z.object({
      id,
      title: z.string(),
      kind: eventKind,
      outcome,
      at: ms,
      now: decision,
      draft: decision,
    }),
  ),
});
export type Compared = z.output<typeof compared>;

export const publishBody = z.strictObject({
  ...ofConnection,
  draft,
  /** The version that was edited. 409 where another one was published meanwhile. */
  basedOn: count,
  note: z.string().trim().max(500).optional(),
  /** The older version that is brought back, if it is. */
  restored: id.optional(),
  /**
   * Keeps the version though stagepost.yaml still gives the rules, for when it says `rules: console`: so a connection
   * moves to the console without a moment without rules. Else such a connection is refused with 409.
   */
  ahead: z.boolean().default(false),
});
export const published = z.object({
  version: id,
  changes: z.array(z.string()),
  /** False: stagepost.yaml still gives the rules. */
  isRunning: z.boolean(),
});
export type Published = z.output<typeof published>;

export const differenceQuery = z.strictObject({ ...ofConnection, from: queryNumber, to: queryNumber });
export const difference = z.object({
  changes: z.array(z.string()),
  from: z.object({ version: count, text: z.string() }),
  to: z.object({ version: count, text: z.string() }),
});
export type Difference = z.output<typeof difference>;
