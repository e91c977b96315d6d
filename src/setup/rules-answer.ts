import { createAppClient } from '../customerio/index.ts';
import { campaignPage } from '../customerio/pages.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { awaitedEvents } from '../domain/campaigns/coverage.ts';
import { DeliveryError } from '../domain/errors.ts';
import { accountFields } from './account-fields.ts';
import { type AccountView, readAccount } from './account-reader.ts';
import type { SetupAccount } from './account-schemas.ts';
import type { RulesCheck } from './answers.ts';
import { checkRules } from './check-rules.ts';
import { guessAttributes } from './guesses.ts';
import { type KommoStepOptions, refuseConnected } from './kommo-answer.ts';
import { chooseRecipes } from './recipes/choose.ts';
import { LOST, recipeOf, stageValue, WON } from './recipes/recipe.ts';
import { RECIPES } from './recipes/recipes.ts';
import { rulesText } from './rules-text.ts';
import type { MappedAttribute, PickedRecipe, SetupFinding } from './schemas.ts';
import { SetupError } from './setup-error.ts';
import type { Draft } from './setup-store.ts';

/** What the step about rules works with. */
export interface RulesStepOptions extends KommoStepOptions {
  /** The origin of a simulator in the place of all hosts of Customer.io; null: the real ones. */
  customerioOrigin: string | null;
}

export type RulesAnswer = { attributes: MappedAttribute[]; recipes: PickedRecipe[] } | { text: string };

/** Makes the rules of what was chosen, or takes an edited text, and checks them. @throws SetupError */
export async function answerRules(
  options: RulesStepOptions,
  name: string,
  answer: RulesAnswer,
): Promise<void> {
  const draft = await options.store.open(name);
  refuseConnected(draft.answers);
  const account = await accountOf(options, name, draft);
  const made = 'text' in answer ? { text: answer.text, findings: [] } : makeRules(answer, account);
  const check = await rulesCheck(options, name, draft, { ...made, account });
  await options.store.change(name, ({ answers }) => {
    const { attributes, recipes } = 'text' in answer ? answers.rules : answer;
    answers.rules = { attributes, recipes, text: made.text, isEdited: 'text' in answer, check };
  });
}

function makeRules(
  { attributes, recipes }: { attributes: MappedAttribute[]; recipes: PickedRecipe[] },
  { catalog }: AccountView,
): { text: string; findings: SetupFinding[] } {
  const chosen = chooseRecipes(recipes, { catalog });
  return { text: rulesText(attributes, chosen, catalog), findings: chosen.findings };
}

/** Checks the rules of a setup against both accounts. */
export async function rulesCheck(
  { customerioOrigin, now }: RulesStepOptions,
  name: string,
  { answers, secrets }: Draft,
  { text, findings, account }: { text: string; findings: SetupFinding[]; account: AccountView },
): Promise<RulesCheck> {
  const { region = null, workspace = null } = answers.customerio.check ?? {};
  const pageOf = (id: number) =>
    region && workspace && customerioOrigin === null ? campaignPage(region, Number(workspace), id) : null;
  return checkRules({
    name,
    text,
    findings,
    catalog: account.catalog,
    campaigns: await readCampaigns({ answers, secrets }, customerioOrigin),
    campaignPage: pageOf,
    now: now(),
  });
}

/**
 * The campaigns of a setup's workspace; null without an App API key and where they cannot be read.
 * @param origin of a simulator in the place of all hosts of Customer.io; null: the real ones
 */
export async function readCampaigns(
  { answers, secrets }: Draft,
  origin: string | null,
): Promise<Campaign[] | null> {
  const region = answers.customerio.check?.region ?? null;
  if (region === null || secrets.appKey === undefined) return null;
  const app = createAppClient({ appKey: secrets.appKey, region, appUrl: origin ?? undefined });
  try {
    return await app.campaigns();
  } catch {
    return null;
  } finally {
    await app.close();
  }
}

/** @throws SetupError where Kommo cannot be read */
export async function accountOf(options: KommoStepOptions, name: string, draft: Draft): Promise<AccountView> {
  try {
    const account = await options.clients.use(name, draft, readAccount);
    if (account !== null) return account;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    throw new SetupError('unavailable', `Kommo cannot be read now. ${error.message}`);
  }
  throw new SetupError('conflict', 'Answer the step about Kommo first.');
}

/** What the page about rules shows: stages, fields with real values, guesses, recipes, and the events that start something. */
export function shownAccount(
  { catalog, sample }: AccountView,
  url: string,
  campaigns: Campaign[] | null,
): SetupAccount {
  const fields = accountFields(catalog, sample);
  return {
    pipelines: catalog.pipelines.map((pipeline) => ({
      id: pipeline.id,
      name: pipeline.name,
      stages: pipeline.stages.map((stage) => ({
        ...{ id: stage.id, name: stage.name, color: stage.color, value: stageValue(pipeline, stage) },
        kind: stage.isIncoming ? 'incoming' : stage.id === WON ? 'won' : stage.id === LOST ? 'lost' : 'open',
      })),
    })),
    sample: sample && {
      id: sample.deal.id,
      name: sample.deal.name,
      url: `${url}/leads/detail/${sample.deal.id}`,
    },
    fields,
    guesses: guessAttributes(fields),
    recipes: RECIPES.map((recipe) => recipeOf(recipe, { catalog })),
    events: campaigns && awaitedEvents(campaigns),
  };
}
