import { z } from 'zod';
import { TIMER_CHANGES } from '../../../domain/rules/publish-effects.ts';
import { renderRequest } from '../../../rules-admin/render-schemas.ts';
import { draft, draftTree, MAX_COMPARED_EVENTS, previewSubject } from '../../../rules-admin/schemas.ts';
import { testRequest, testSent } from '../../../rules-admin/test-send/test-schemas.ts';
import { connectionName, count, id, ms, queryNumber, rulesVersion } from '../common-schemas.ts';
import { searchResult } from '../search/contract.ts';

/*
 * Editing a connection's rules. A draft is the rules' part of stagepost.yaml (`person`, `stages`, `reactions`,
 * `inactivity`, `skip_moves_after`, `wait_for_contact`), as the file would write it: so the console, the file and the versions speak of
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
      /** The publisher, and the note that they wrote. */
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
  /** The variables of each kind of text besides value paths: `event`, `person`, `subject`. */
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

export const publishEffects = z.object({
  /** Stages with a new or changed rule in which deals are: these get nothing of it. Of the deals that Stagepost has read. */
  stages: z.array(z.object({ pipeline: z.string(), stage: z.string(), isNew: z.boolean(), deals: count })),
  /** Changed timers of which some run: what was changed, and how many run. */
  timers: z.array(z.object({ start: z.string(), changes: z.array(z.enum(TIMER_CHANGES)), running: count })),
  /** Stage changes that wait for a contact, their time or a decision, and follow the new rules; at most 10,000. */
  waiting: count,
});
export type PublishEffects = z.output<typeof publishEffects>;

/** On what: a deal as if it moved to a stage now, or an event that has come. Nothing is sent or stored. */
export const previewBody = z.strictObject({
  ...ofConnection,
  /** Left out: the rules that run now. */
  draft: draft.optional(),
  on: previewSubject,
});

/** The decision of the rules that run now about an event that has come. */
export const eventPreviewQuery = z.strictObject({ ...ofConnection, event: queryNumber.pipe(id) });

export const compareBody = z.strictObject({
  ...ofConnection,
  draft,
  /** How many of the last events: 500, or fewer where there are not so many. */
  events: z.int().min(1).max(MAX_COMPARED_EVENTS).default(MAX_COMPARED_EVENTS),
});
export const publishBody = z.strictObject({
  ...ofConnection,
  draft,
  /** The version that was edited. 409 if another one was published since. */
  basedOn: rulesVersion,
  note: z.string().trim().max(500).optional(),
  /** Publishes although test cases do not come out as expected; then a note is required. */
  acceptDifferentCases: z.boolean().optional(),
  /** Not used any more: whether a version is an older one again is found by comparing their texts. */
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

/** Deals to try rules on: found by what was typed, else those whose stage has changed last. */
export const sampleDealsQuery = z
  .strictObject({
    ...ofConnection,
    q: z.string().trim().max(300).default(''),
    /** Deals that entered this stage come first. */
    pipeline: queryNumber.pipe(id).optional(),
    stage: queryNumber.pipe(id).optional(),
  })
  .refine(({ pipeline, stage }) => (pipeline === undefined) === (stage === undefined), {
    error: 'A stage is given with its pipeline.',
  });
/** At most 12. */
export const sampleDeals = z.object({ results: z.array(searchResult) });
export type SampleDeals = z.output<typeof sampleDeals>;

export const renderBody = z.strictObject({ ...ofConnection, ...renderRequest.shape });

export const ruleTestBody = z.strictObject({
  ...ofConnection,
  ...testRequest.shape,
  draft: draft.optional(),
});
export const sentTest = z.object({
  ...testSent.shape,
  /** Whether a running campaign starts from the event. `unknown`: there is no App API key, or the list was not read yet. */
  campaign: z.enum(['running', 'none', 'unknown']),
  /** The running ones, at most 20. */
  campaigns: z.array(z.string()),
});
export type SentTest = z.output<typeof sentTest>;
