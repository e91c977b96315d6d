import { z } from 'zod';
import { choiceValue } from './schemas.ts';

/*
 * What the step about rules shows of both accounts: stages, fields with the values of a real deal, recipes, and the events that
 * running campaigns wait for.
 */

/** A field whose value can become an attribute. */
const accountField = z.object({
  /** How the rules name it: `deal.field.Plan`. */
  source: z.string(),
  name: z.string(),
  of: z.enum(['deal', 'contact', 'company']),
  /** Kommo's code of a predefined field, such as `POSITION`. */
  code: z.string().nullable(),
  /** Kommo's type: `select`, `numeric`. Built-in values have `builtin`. */
  type: z.string(),
  /** The texts of a list field; null for another one. */
  options: z.array(z.string()).nullable(),
  /** What the sample deal has there, cut to 80 characters; null where it has nothing. */
  value: z.string().nullable(),
});
/** @public */
export type AccountField = z.output<typeof accountField>;

const guess = z.object({
  attribute: z.string(),
  source: z.string(),
  /** What was recognised: "The name of the field is Plan". */
  why: z.string(),
});
/** @public */
export type Guess = z.output<typeof guess>;

const recipeInput = z.object({
  id: z.string(),
  /**
   * `stage`: one of the pipelines' stages. `event`: the name of an event that starts a campaign. `sent_event`: the name of an
   * event that a stage sends. `days`: a whole number. `text`: a text.
   */
  kind: z.enum(['stage', 'event', 'sent_event', 'days', 'text']),
  label: z.string(),
  help: z.string().nullable(),
  /** What is suggested for this account; null where nothing fits. */
  suggested: choiceValue.nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});
/** @public */
export type RecipeInput = z.output<typeof recipeInput>;

const recipe = z.object({
  id: z.string(),
  title: z.string(),
  /** What it is for. One sentence. */
  sentence: z.string(),
  /** What happens, in order, with the suggested choices. */
  does: z.array(z.string()),
  inputs: z.array(recipeInput),
  /** Whether it is picked at first. */
  isSuggested: z.boolean(),
});
/** @public */
export type Recipe = z.output<typeof recipe>;

/** What the step about rules needs of the account. */
export const setupAccount = z.object({
  pipelines: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      stages: z.array(
        z.object({
          id: z.int(),
          /** The value of a choice: `<pipeline id>/<stage id>`. */
          value: z.string(),
          name: z.string(),
          /** `#99ccff`; null where Kommo has none. */
          color: z.string().nullable(),
          kind: z.enum(['incoming', 'open', 'won', 'lost']),
        }),
      ),
    }),
  ),
  /** The recent deal whose values the fields show; null where the account has none. */
  sample: z.object({ id: z.int(), name: z.string(), url: z.string() }).nullable(),
  fields: z.array(accountField),
  guesses: z.array(guess),
  recipes: z.array(recipe),
  /** The events that running campaigns of the workspace wait for; null where they cannot be read. */
  events: z
    .array(
      z.object({
        event: z.string(),
        /** The names of the campaigns that start from it. */
        campaigns: z.array(z.string()),
      }),
    )
    .nullable(),
});
/** @public */
export type SetupAccount = z.output<typeof setupAccount>;
