import { z } from 'zod';
import {
  compared,
  draft,
  draftTree,
  MAX_COMPARED_EVENTS,
  preview,
  previewSubject,
} from '../../../rules-admin/schemas.ts';
import { connectionName, count, id, ms, queryNumber, rulesVersion } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** A draft, a preview and a comparison are the same between processes. */
export type { Compared, Decision, Draft, DraftTree, Preview } from '../../../rules-admin/schemas.ts';

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

/*
 * Editing a connection's rules. A draft is the rules' part of stagepost.yaml (`person`, `stages`, `reactions`,
 * `inactivity`, `skip_moves_after`), as the file would write it: so the console, the file and the versions speak of
 * one and the same thing, and the way from one to the other loses nothing.
 */

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
export const ruleSourceQuery = z.strictObject({
  ...ofConnection,
  version: queryNumber.pipe(rulesVersion).optional(),
});
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

/** On what: a deal as if it moved to a stage now, or an event that has come. Nothing is sent or stored. */
export const previewBody = z.strictObject({
  ...ofConnection,
  /** Left out: the rules that run now. */
  draft: draft.optional(),
  on: previewSubject,
});

export const compareBody = z.strictObject({
  ...ofConnection,
  draft,
  /** How many of the last events: 500, or fewer where there are not so many. */
  events: z.int().min(1).max(MAX_COMPARED_EVENTS).default(MAX_COMPARED_EVENTS),
});
export const publishBody = z.strictObject({
  ...ofConnection,
  draft,
  /** The version that was edited. 409 where another one was published meanwhile. */
  basedOn: rulesVersion,
  note: z.string().trim().max(500).optional(),
  /** The older version that is brought back, if it is. */
  restored: rulesVersion.positive().optional(),
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

export const differenceQuery = z.strictObject({
  ...ofConnection,
  from: queryNumber.pipe(rulesVersion),
  to: queryNumber.pipe(rulesVersion),
});
export const difference = z.object({
  changes: z.array(z.string()),
  from: z.object({ version: count, text: z.string() }),
  to: z.object({ version: count, text: z.string() }),
});
export type Difference = z.output<typeof difference>;

export const ruleRoutes = {
  rules: {
    method: 'GET',
    path: '/api/rules',
    role: 'viewer',
    tag: 'rules',
    summary: 'Pipelines and stages as Kommo has them, with the rule of each',
    query: rulesQuery,
    answer: rules,
  },
  ruleSource: {
    method: 'GET',
    path: '/api/rules/source',
    role: 'viewer',
    tag: 'rules',
    summary: 'The rules as they are written, of the newest or of another version',
    query: ruleSourceQuery,
    answer: ruleSource,
  },
  ruleVersions: {
    method: 'GET',
    path: '/api/rules/versions',
    role: 'viewer',
    tag: 'rules',
    summary: 'What was published, newest first, at most 500',
    query: rulesQuery,
    answer: ruleVersions,
  },
  ruleHelp: {
    method: 'GET',
    path: '/api/rules/help',
    role: 'viewer',
    tag: 'rules',
    summary: 'What can be written where, with the fields of the account',
    query: rulesQuery,
    answer: ruleHelp,
  },
  ruleCheck: {
    method: 'POST',
    path: '/api/rules/check',
    role: 'viewer',
    tag: 'rules',
    summary: 'What is wrong with a draft, and what it changes; changes nothing',
    body: checkBody,
    answer: checked,
  },
  rulePreview: {
    method: 'POST',
    path: '/api/rules/preview',
    role: 'viewer',
    tag: 'rules',
    summary:
      'The requests that a move or an event would lead to, by the rules that run and by a draft; sends nothing',
    body: previewBody,
    answer: preview,
  },
  ruleCompare: {
    method: 'POST',
    path: '/api/rules/compare',
    role: 'viewer',
    tag: 'rules',
    summary:
      'Which of the last events would have gone otherwise by a draft; sends nothing, and reads Kommo last of all',
    body: compareBody,
    answer: compared,
  },
  rulePublish: {
    method: 'POST',
    path: '/api/rules/publish',
    role: 'editor',
    tag: 'rules',
    summary: 'Makes a draft the rules that run; 409 where another version was published meanwhile',
    body: publishBody,
    answer: published,
  },
  ruleDifference: {
    method: 'GET',
    path: '/api/rules/difference',
    role: 'viewer',
    tag: 'rules',
    summary: 'What differs between two versions',
    query: differenceQuery,
    answer: difference,
  },
} as const satisfies Record<string, Route>;
