import { z } from 'zod';
import { setupAccount } from '../../../setup/account-schemas.ts';
import { mappedAttribute, pickedRecipe, setup, setupSummary } from '../../../setup/schemas.ts';
import { ok } from '../common-schemas.ts';
import type { Route } from '../route.ts';

export type { SetupAccount } from '../../../setup/account-schemas.ts';
export type {
  CustomerioStep,
  FinishStep,
  KommoStep,
  MappedAttribute,
  PickedRecipe,
  RulesStep,
  Setup,
  SetupFinding,
} from '../../../setup/schemas.ts';

/** A secret as it was pasted. It is stored encrypted, and no answer holds it. */
const pasted = z.string().min(1).max(8_000);

/** A name that a connection can have: it is a part of the addresses of the webhooks. */
export const setupName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, {
  error: 'must have 1 to 63 small letters, digits, "-" and "_", and begin with a letter or digit',
});
export const setupParams = z.strictObject({ name: setupName });

export const setupList = z.object({
  /** Where Kommo and Customer.io reach this Stagepost; null where that is not configured. */
  publicUrl: z.string().nullable(),
  /** Whether that is an HTTPS address with a public host, which Kommo's button needs. */
  isPublicHttps: z.boolean(),
  setups: z.array(setupSummary),
});
/** @public */
export type SetupList = z.output<typeof setupList>;

/** Without a name it is made of the account's address: `acme` of `https://acme.kommo.com`. */
export const setupBegin = z.strictObject({
  name: setupName.optional(),
  kommoUrl: z.string().max(500).optional(),
});

/** A key that is left out stays as it is. */
export const kommoAnswer = z.strictObject({
  /** As people write it: `acme`, `acme.kommo.com/leads/`, `https://acme.kommo.com`. */
  url: z.string().max(500).optional(),
  /** A long-lived token. */
  token: pasted.optional(),
  changes: z.enum(['webhooks', 'polling']).optional(),
});

/** A key that is left out stays as it is; null removes it. */
export const customerioAnswer = z.strictObject({
  siteId: z.string().min(1).max(200).optional(),
  apiKey: pasted.optional(),
  appKey: pasted.nullable().optional(),
  signingKey: pasted.nullable().optional(),
  /** A token of a service account (`sa_live_…`), with which the signing key is read once. It is neither stored nor logged. */
  serviceAccountToken: pasted.optional(),
  /** Makes the reporting webhook with the App API key, switched off, so that its page in Customer.io shows the signing key. */
  prepareReporting: z.literal(true).optional(),
});

/** Either what was chosen, or the text of the rules as a person has edited it. */
export const rulesAnswer = z
  .strictObject({
    attributes: z.array(mappedAttribute).max(200).optional(),
    recipes: z.array(pickedRecipe).max(30).optional(),
    text: z.string().max(500_000).optional(),
  })
  .refine(({ recipes, text }) => (recipes === undefined) !== (text === undefined), {
    error: 'must have either recipes or a text',
  });

const shared = { role: 'admin', scope: 'all', tag: 'setup' } as const;

export const setupRoutes = {
  setups: {
    ...shared,
    method: 'GET',
    path: '/api/setup/connections',
    audit: null,
    summary: 'The unfinished connections that the wizard is making',
    answer: setupList,
  },
  beginSetup: {
    ...shared,
    method: 'POST',
    path: '/api/setup/connections',
    audit: 'setup_begun',
    summary: 'Begins a new connection. Nothing runs before it is finished',
    body: setupBegin,
    answer: setup,
  },
  setupProgress: {
    ...shared,
    method: 'GET',
    path: '/api/setup/connections/:name',
    audit: null,
    summary: 'What was answered, checked and found in each step, and what is needed',
    params: setupParams,
    answer: setup,
  },
  deleteSetup: {
    ...shared,
    method: 'DELETE',
    path: '/api/setup/connections/:name',
    audit: 'setup_deleted',
    summary: 'Deletes an unfinished connection with its secrets; of a finished one only the checklist',
    params: setupParams,
    answer: ok,
  },
  answerKommo: {
    ...shared,
    method: 'POST',
    path: '/api/setup/connections/:name/kommo',
    audit: 'setup_changed',
    summary: 'Stores the access to Kommo and checks it; without a key in the body it is checked again',
    params: setupParams,
    body: kommoAnswer,
    answer: setup,
  },
  answerCustomerio: {
    ...shared,
    method: 'POST',
    path: '/api/setup/connections/:name/customerio',
    audit: 'setup_changed',
    summary:
      'Stores the keys of Customer.io and checks them; without a key in the body they are checked again',
    params: setupParams,
    body: customerioAnswer,
    answer: setup,
  },
  setupAccount: {
    ...shared,
    method: 'GET',
    path: '/api/setup/connections/:name/account',
    audit: null,
    summary: 'Pipelines, stages and fields with values of a real deal, guesses and recipes for the rules',
    params: setupParams,
    answer: setupAccount,
  },
  answerRules: {
    ...shared,
    method: 'POST',
    path: '/api/setup/connections/:name/rules',
    audit: 'setup_changed',
    summary: 'Makes the rules of what was chosen, or takes an edited text, and checks them',
    params: setupParams,
    body: rulesAnswer,
    answer: setup,
  },
  finishSetup: {
    ...shared,
    method: 'POST',
    path: '/api/setup/connections/:name/finish',
    audit: 'setup_finished',
    summary:
      'Makes the connection and what it needs in both accounts. Repeatable; poll the setup for its progress',
    params: setupParams,
    body: z.strictObject({}),
    answer: setup,
  },
} as const satisfies Record<string, Route>;
