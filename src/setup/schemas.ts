import { z } from 'zod';

/*
 * The shapes of a setup: an unfinished connection that the wizard or `stagepost init` is making. They are the answers of the
 * API, so that no key here ever holds a secret.
 */

/** Milliseconds since 1970-01-01 UTC. */
const ms = z.int().nonnegative();

/** The steps, in their order. */
export const STEPS = ['kommo', 'customerio', 'rules', 'finish'] as const;
export const stepName = z.enum(STEPS);
export type StepName = z.output<typeof stepName>;

/** What a check of an answer has found, in words. */
export const setupFinding = z.object({
  /** Stable, for programs: `kommo_token_refused`. */
  code: z.string(),
  /** `problem`: the step cannot be done with this answer. `warning`: it can, and something will be missing. */
  level: z.enum(['good', 'note', 'warning', 'problem']),
  /** The key of the answer that it is about, such as `token`; null: about the step. */
  field: z.string().nullable(),
  /** What is so. One sentence. */
  sentence: z.string(),
  /** What a person can do; null where there is nothing to do. */
  todo: z.string().nullable(),
  /** The page where it is done; null where there is none. */
  url: z.string().nullable(),
});
export type SetupFinding = z.output<typeof setupFinding>;

/** What every step has. */
const step = z.object({
  /** `open`: not answered. `incomplete`: answered, and `needs` or a problem is left. `done`: the next step can begin. */
  state: z.enum(['open', 'incomplete', 'done']),
  /** The answers that are missing: the key, and a sentence that says what it is for. */
  needs: z.array(z.object({ field: z.string(), sentence: z.string() })),
  findings: z.array(setupFinding),
  /** When the answers were last checked against the account; null: never. */
  checkedAt: ms.nullable(),
});

export const kommoStep = step.extend({
  /** The address of the account, `https://acme.kommo.com`; null: not answered. */
  url: z.string().nullable(),
  /** How Kommo lets Stagepost in; null: not answered. */
  access: z.enum(['token', 'oauth']).nullable(),
  /** Whether a long-lived token is stored. */
  hasToken: z.boolean(),
  /** As Kommo has it; null before Kommo has accepted the access. */
  account: z
    .object({
      id: z.int(),
      name: z.string(),
      subdomain: z.string(),
      /** `EUR`; null where Kommo does not say. */
      currency: z.string().nullable(),
      timezone: z.string(),
      /** Two capital letters; null where Kommo does not say. */
      country: z.string().nullable(),
    })
    .nullable(),
  /** Whose rights Stagepost has; null where Kommo does not say. */
  user: z.object({ name: z.string(), isAdmin: z.boolean() }).nullable(),
  /** The end of the long-lived token; null where there is none or it does not say. */
  validUntil: ms.nullable(),
  /** How stage changes reach Stagepost. `polling`: by reading the events log, where the plan has no webhooks. */
  changes: z.enum(['webhooks', 'polling']),
  /** Whether Kommo refuses webhooks because of its plan, so that only `polling` works. */
  pollingNeeded: z.boolean(),
});
export type KommoStep = z.output<typeof kommoStep>;

/** The reporting webhook that Customer.io needs. */
export const reportingWebhook = z.object({
  /** `api`: Stagepost makes it at the end, with the App API key. `by_hand`: a person makes it, with the values below. */
  way: z.enum(['api', 'by_hand']),
  name: z.string(),
  /** Null where the public address is not known. */
  endpoint: z.string().nullable(),
  /** As the API calls them, and as the page of Customer.io does. */
  events: z.array(z.object({ name: z.string(), label: z.string() })),
  /** Every open and click instead of the first of each message. */
  fullResolution: z.boolean(),
  /** Whether a rule needs the content of the messages. */
  bodyContent: z.boolean(),
  /** Whether Stagepost has made it already, switched off, so that its page shows the signing key. Finishing switches it on. */
  isPrepared: z.boolean(),
  /** `by_hand`: the clicks that make it, in order. `api`: those that lead to its signing key. */
  clicks: z.array(z.string()),
  /** The page in Customer.io; null before the workspace is known. */
  url: z.string().nullable(),
});

export const customerioStep = step.extend({
  /** Null where it is not given, and where Customer.io does not accept it: it may be a key in the wrong field. */
  siteId: z.string().nullable(),
  hasSiteId: z.boolean(),
  hasApiKey: z.boolean(),
  hasAppKey: z.boolean(),
  hasSigningKey: z.boolean(),
  /** `service_account`: read once with a token that was not kept. */
  signingKeyFrom: z.enum(['pasted', 'service_account']).nullable(),
  region: z.enum(['us', 'eu']).nullable(),
  /** The number of the workspace. */
  workspace: z.string().nullable(),
  /** The workspace in Customer.io's own pages; null before it is known. */
  workspaceUrl: z.string().nullable(),
  reporting: reportingWebhook,
});
export type CustomerioStep = z.output<typeof customerioStep>;

/** The value of one choice of a recipe: a stage as `<pipeline id>/<stage id>`, a number of days, an event's name, `on`. */
export const choiceValue = z.union([z.string().max(500), z.number()]);
export const choices = z.record(z.string().max(100), choiceValue);
/** @public */
export type Choices = z.output<typeof choices>;

export const pickedRecipe = z.strictObject({ recipe: z.string().max(100), choices });
/** @public */
export type PickedRecipe = z.output<typeof pickedRecipe>;

/** An attribute of the person in Customer.io and the value path that it comes from: `plan`, `deal.field.Plan`. */
export const mappedAttribute = z.strictObject({
  attribute: z.string().min(1).max(150),
  source: z.string().min(1).max(500),
});
/** @public */
export type MappedAttribute = z.output<typeof mappedAttribute>;

export const rulesStep = step.extend({
  attributes: z.array(mappedAttribute),
  recipes: z.array(pickedRecipe),
  /** The rules as YAML with comments; null: not answered. */
  text: z.string().nullable(),
  /** Whether a person has edited the text, so that choosing again replaces it. */
  isEdited: z.boolean(),
  /** Mistakes in the text; 1 is the first line. */
  problems: z.array(z.object({ line: z.int(), message: z.string(), hint: z.string().nullable() })),
  /** The events that these rules send to Customer.io, and what starts from each. */
  events: z.array(
    z.object({
      event: z.string(),
      /** `unknown` without an App API key. `idle`: only drafts and stopped campaigns. */
      status: z.enum(['running', 'idle', 'none', 'unknown']),
      /** What starts from the event; null where that is not known. */
      sentence: z.string().nullable(),
      todo: z.string().nullable(),
      campaigns: z.array(
        z.object({
          name: z.string(),
          state: z.enum(['running', 'draft', 'stopped']),
          url: z.string().nullable(),
        }),
      ),
    }),
  ),
  /** The reports that these rules need from Customer.io. */
  reports: z.array(z.string()),
});
export type RulesStep = z.output<typeof rulesStep>;

/** The parts of finishing, in their order. */
export const FINISH_PARTS = [
  'check',
  'fields',
  'connection',
  'start',
  'kommo_webhook',
  'reporting_webhook',
  'kommo_test',
  'customerio_test',
  'lights',
] as const;
export const finishPart = z.enum(FINISH_PARTS);
export type FinishPart = z.output<typeof finishPart>;

export const finishStep = step.extend({
  /** Whether the parts are being worked on. Ask again in a second. */
  isRunning: z.boolean(),
  /** The connection exists and runs: the setup only shows what is left. */
  isConnected: z.boolean(),
  parts: z.array(
    z.object({
      part: finishPart,
      /** A few words: `Kommo's webhook`. */
      title: z.string(),
      /** `waiting`: not begun. `person`: somebody has to do something, which `todo` says; the rest goes on. */
      state: z.enum(['waiting', 'running', 'done', 'person', 'failed', 'skipped']),
      /** What will be done, is done or has failed. */
      sentence: z.string(),
      todo: z.string().nullable(),
      url: z.string().nullable(),
      at: ms.nullable(),
    }),
  ),
});
export type FinishStep = z.output<typeof finishStep>;

export const setup = z.object({
  /** The name that the connection will have. */
  name: z.string(),
  createdAt: ms,
  updatedAt: ms,
  /** Who has begun it. */
  createdBy: z.string(),
  /** The first step that is not done; null: all are done. */
  next: stepName.nullable(),
  kommo: kommoStep,
  customerio: customerioStep,
  rules: rulesStep,
  finish: finishStep,
});
export type Setup = z.output<typeof setup>;

export const setupSummary = z.object({
  name: z.string(),
  kommoUrl: z.string().nullable(),
  createdAt: ms,
  updatedAt: ms,
  createdBy: z.string(),
  next: stepName.nullable(),
  isConnected: z.boolean(),
});
export type SetupSummary = z.output<typeof setupSummary>;
