import type { Recipe, RecipeInput, SetupAccount } from '../../setup/account-schemas.ts';
import type { Choices, PickedRecipe } from '../../setup/schemas.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { answerUntilDone, type Session } from './session.ts';

/** Recipes and attributes. @throws CommandError */
export async function rulesStep(session: Session): Promise<void> {
  const { api, dialog, given, name } = session;

  async function ask(_setup: unknown, isFirst: boolean) {
    const account = await api.call('setupAccount', { params: { name } });
    const attributes = await askAttributes(session, account);
    const picked = await pickRecipes(session, account.recipes);
    const recipes: PickedRecipe[] = [];
    for (const recipe of picked)
      recipes.push({ recipe: recipe.id, choices: await askChoices(session, account, recipe, isFirst) });
    return { attributes, recipes };
  }

  await answerUntilDone(session, 'rules', ask, (body) => api.call('answerRules', { params: { name }, body }));
  const { rules } = await api.call('setupProgress', { params: { name } });
  for (const { sentence, todo } of rules.events) {
    if (sentence !== null) dialog.print(`  · ${sentence}`);
    if (todo !== null) dialog.print(colors.dim(`    ${todo}`));
  }
  if (given.yes) return;
  dialog.print(`  The rules can be changed later, in the console.`);
}

/** What the fields of the account are in Customer.io. */
async function askAttributes({ dialog, given }: Session, { guesses, fields, sample }: SetupAccount) {
  const shownValue = (source: string) => fields.find((field) => field.source === source)?.value ?? null;
  const of = sample === null ? '' : `, with what “${sample.name}” has there`;
  dialog.print(`\nEach client gets these attributes in Customer.io${of}:`);
  for (const [index, { attribute, source }] of guesses.entries()) {
    const value = shownValue(source);
    dialog.print(
      `  ${String(index + 1).padStart(2)}. ${attribute} <- ${source}${value === null ? '' : colors.dim(`   ${value}`)}`,
    );
  }
  const left = given.yes ? '' : await dialog.ask('Numbers to leave out (Enter: none)');
  const without = numbersIn(left);
  return guesses
    .filter((_, index) => !without.has(index + 1))
    .map(({ attribute, source }) => ({ attribute, source }));
}

async function pickRecipes({ dialog, given }: Session, recipes: Recipe[]): Promise<Recipe[]> {
  if (given.recipes.length > 0) return given.recipes.map((id) => recipeNamed(recipes, id));
  const picked = new Set(recipes.filter(({ isSuggested }) => isSuggested));
  for (;;) {
    dialog.print('\nWhat shall happen:');
    for (const [index, recipe] of recipes.entries())
      dialog.print(`  ${index + 1}. [${picked.has(recipe) ? 'x' : ' '}] ${recipe.title}: ${recipe.sentence}`);
    const numbers = numbersIn(
      given.yes ? '' : await dialog.ask('Numbers to switch on or off (Enter: go on)'),
    );
    if (numbers.size === 0) return recipes.filter((recipe) => picked.has(recipe));
    for (const [index, recipe] of recipes.entries())
      if (numbers.has(index + 1) && !picked.delete(recipe)) picked.add(recipe);
  }
}

function recipeNamed(recipes: Recipe[], id: string): Recipe {
  const recipe = recipes.find((one) => one.id === id);
  if (recipe) return recipe;
  throw new CommandError(
    `There is no recipe ${id}. There are: ${recipes.map((one) => one.id).join(', ')}.`,
    EXIT.usage,
  );
}

async function askChoices(
  { dialog, given }: Session,
  account: SetupAccount,
  recipe: Recipe,
  isFirst: boolean,
): Promise<Choices> {
  const choices: Choices = {};
  for (const input of recipe.inputs) {
    const option = isFirst ? given.choices[`${recipe.id}.${input.id}`] : undefined;
    const suggested = shownChoice(account, input);
    const isAsked = option === undefined && dialog.isInteractive && !given.yes;
    if (isAsked && input.kind === 'stage') printStages(dialog, account);
    if (isAsked && input.kind === 'event') printEvents(dialog, account);
    const answer =
      option ??
      (isAsked ? await dialog.ask(`${recipe.title}: ${input.label}`, suggested ?? undefined) : suggested);
    if (answer !== null && answer !== '') choices[input.id] = choiceOf(account, input, answer);
  }
  return choices;
}

type Stage = { value: string; text: string };

function stagesOf({ pipelines }: SetupAccount): Stage[] {
  return pipelines.flatMap(({ name, stages }) =>
    stages
      .filter(({ kind }) => kind !== 'incoming')
      .map((stage) => ({ value: stage.value, text: `${name}/${stage.name}` })),
  );
}

function printStages(dialog: Session['dialog'], account: SetupAccount): void {
  for (const [index, { text }] of stagesOf(account).entries())
    dialog.print(`  ${String(index + 1).padStart(2)}. ${text}`);
}

/** How many events are printed above a question. */
const MAX_EVENTS = 10;

/** The events to choose from; another name is allowed as well. */
function printEvents(dialog: Session['dialog'], { events }: SetupAccount): void {
  for (const { event, campaigns } of (events ?? []).slice(0, MAX_EVENTS))
    dialog.print(colors.dim(`  ${event} starts ${campaigns.slice(0, 3).join(', ')}`));
}

function shownChoice(account: SetupAccount, { kind, suggested }: RecipeInput): string | null {
  if (suggested === null || kind !== 'stage') return suggested === null ? null : String(suggested);
  return stagesOf(account).find(({ value }) => value === suggested)?.text ?? null;
}

/** A stage may be named by its number in the list, or as `Pipeline/Stage`. */
function choiceOf(account: SetupAccount, { kind }: RecipeInput, answer: string): string | number {
  if (kind === 'days') return Number(answer);
  if (kind !== 'stage') return answer;
  const stages = stagesOf(account);
  const byNumber = /^\d+$/.test(answer) ? stages[Number(answer) - 1] : undefined;
  const found = byNumber ?? stages.find(({ text }) => text.toLowerCase() === answer.trim().toLowerCase());
  return found?.value ?? answer;
}

function numbersIn(text: string): Set<number> {
  return new Set((text.match(/\d+/g) ?? []).map(Number));
}
