import { describe, expect, it } from 'vitest';
import type { RulesStep, SetupAccount } from '../../../api/types.ts';
import { eventsOfStages, firstChoice, isWhole, withRecipe } from './choice.ts';

const input = { label: '', help: null, min: null, max: null };
const account: SetupAccount = {
  pipelines: [],
  events: null,
  sample: null,
  fields: [],
  guesses: [{ attribute: 'plan', source: 'deal.field.Plan', why: 'Its name is Plan.' }],
  recipes: [
    {
      ...{ id: 'onboarding', title: '', sentence: '', does: [], isSuggested: true },
      inputs: [
        { ...input, id: 'stage', kind: 'stage', suggested: '1/142' },
        { ...input, id: 'event', kind: 'event', suggested: 'deal_won' },
      ],
    },
    {
      ...{ id: 'win_back', title: '', sentence: '', does: [], isSuggested: false },
      inputs: [{ ...input, id: 'stage', kind: 'stage', suggested: null }],
    },
  ],
};
const unanswered: RulesStep = {
  ...{ state: 'open', needs: [], findings: [], checkedAt: null, attributes: [], recipes: [] },
  ...{ text: null, isEdited: false, problems: [], events: [], reports: [] },
};

describe('the choice of rules', () => {
  it('begins with what the account suggests', () => {
    expect(firstChoice(unanswered, account)).toEqual({
      attributes: [{ attribute: 'plan', source: 'deal.field.Plan' }],
      recipes: [{ recipe: 'onboarding', choices: { stage: '1/142', event: 'deal_won' } }],
    });
  });

  it('is what was answered before', () => {
    const answered = { ...unanswered, text: 'stages: []', recipes: [{ recipe: 'win_back', choices: {} }] };
    expect(firstChoice(answered, account)).toEqual({ attributes: [], recipes: answered.recipes });
  });

  it('is not whole while a picked recipe misses a stage', () => {
    const choice = firstChoice(unanswered, account);
    expect(isWhole(choice, account)).toBe(true);
    const recipes = withRecipe(choice.recipes, 'win_back', {}, ['onboarding', 'win_back']);
    expect(isWhole({ ...choice, recipes }, account)).toBe(false);
  });

  it('is not whole without a recipe, or with a line that has no field', () => {
    const choice = firstChoice(unanswered, account);
    expect(isWhole({ ...choice, recipes: [] }, account)).toBe(false);
    expect(isWhole({ ...choice, attributes: [{ attribute: 'plan', source: '' }] }, account)).toBe(false);
  });

  it('has the events that a timer may start with', () => {
    const choice = firstChoice(unanswered, account);
    expect(eventsOfStages(choice, account)).toEqual(['deal_won']);
    expect(eventsOfStages({ ...choice, recipes: [] }, account)).toEqual([]);
  });

  it('keeps the order of the recipes, in whatever order they are picked', () => {
    const order = ['onboarding', 'win_back'];
    const later = withRecipe([{ recipe: 'win_back', choices: {} }], 'onboarding', { stage: '1/2' }, order);
    expect(later.map(({ recipe }) => recipe)).toEqual(order);
    expect(withRecipe(later, 'onboarding', null, order)).toEqual([{ recipe: 'win_back', choices: {} }]);
  });
});
