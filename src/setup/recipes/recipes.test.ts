import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRules, resolveRules } from '../../config/index.ts';
import type { Catalog, Pipeline } from '../../domain/entities.ts';
import { rulesText } from '../rules-text.ts';
import type { PickedRecipe } from '../schemas.ts';
import { chooseRecipes } from './choose.ts';
import { RECIPES } from './recipes.ts';

const sales: Pipeline = {
  id: 10,
  name: 'Sales',
  stages: [
    { id: 11, name: 'Incoming leads', color: null, isIncoming: true },
    { id: 12, name: 'Demo done', color: null },
    { id: 142, name: 'Closed - won', color: null },
    { id: 143, name: 'Closed - lost', color: null },
  ],
};
const catalogOf = (...pipelines: Pipeline[]): Catalog => ({
  account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: null },
  ...{ pipelines, dealFields: [], contactFields: [], companyFields: [], users: [] },
});
const catalog = catalogOf(sales);

const all: PickedRecipe[] = RECIPES.map(({ id }) => ({ recipe: id, choices: {} }));

function rulesOf(picked: PickedRecipe[], from = catalog) {
  const chosen = chooseRecipes(picked, { catalog: from });
  return { ...chosen, text: rulesText([{ attribute: 'name', source: 'contact.name' }], chosen, from) };
}

describe('the rules of recipes', () => {
  it('with what is suggested, all together, are valid and name stages of the account', () => {
    const { text, findings } = rulesOf(all);
    expect(findings).toEqual([]);
    const loaded = loadRules(text);
    expect(loaded).toMatchObject({ ok: true });
    if (!loaded.ok) return;
    expect(resolveRules(loaded.rules, catalog)).toMatchObject({ ok: true });
    expect(loaded.rules.stages.map(({ stage, event }) => `${stage}: ${event}`)).toEqual([
      'Closed - won: onboarding_started',
      'Demo done: demo_done',
      'Closed - lost: deal_lost',
    ]);
  });

  it('follow up a demo that has taken place, where a stage before it is for the appointment', () => {
    const stages = ['Demo scheduled', 'Demo completed'].map((name, index) => ({
      id: 12 + index,
      name,
      color: null,
    }));
    const { text } = rulesOf([{ recipe: 'demo_follow_up', choices: {} }], catalogOf({ ...sales, stages }));
    expect(text).toContain('stage: Demo completed');
  });

  it('say in comments what each part is for', () => {
    const { text } = rulesOf(all);
    expect(text).toContain('# Made from: Onboarding series, Demo follow-up');
    expect(text).toContain('# Kommo -> Customer.io');
  });

  it('cannot send two events from one stage', () => {
    const { findings } = rulesOf([
      { recipe: 'onboarding', choices: {} },
      { recipe: 'win_back', choices: { stage: '10/142' } },
    ]);
    expect(findings).toMatchObject([{ code: 'stage_used_twice', field: 'win_back.stage' }]);
  });

  it('start a timer only with an event that a stage sends', () => {
    const { findings } = rulesOf([{ recipe: 'inactivity', choices: {} }]);
    expect(findings).toMatchObject([{ code: 'start_unknown', field: 'inactivity.start' }]);
  });

  it.each([
    ['stage', '10/99', 'stage_unknown'],
    ['stage', '', 'choice_missing'],
    ['event', 'x'.repeat(101), 'event_invalid'],
    ['event', 'deal won ', 'event_invalid'],
    ['event', 'deal\nwon', 'event_invalid'],
    ['event', '${KOMMO_TOKEN}', 'event_invalid'],
  ])('refuse the %s %j at its field', (input, value, code) => {
    const { findings } = rulesOf([{ recipe: 'onboarding', choices: { [input]: value } }]);
    expect(findings).toMatchObject([{ code, field: `onboarding.${input}` }]);
  });

  it('are valid whatever pipelines, stages, events and fields are called', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('{{ x }}', '${A}', '# no', '- a: b', '12', 'null', ' x ', "it's", '"q"', 'a]'),
    );
    fc.assert(
      fc.property(
        name,
        name,
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
        (pipeline, stage, event) => {
          const named = catalogOf({
            id: 10,
            name: pipeline,
            stages: [{ id: 142, name: stage, color: null }],
          });
          const { text, findings } = rulesOf([{ recipe: 'onboarding', choices: { event } }], named);
          if (findings.length > 0) return;
          const loaded = loadRules(text);
          expect(loaded).toMatchObject({ ok: true });
          if (loaded.ok) expect(resolveRules(loaded.rules, named)).toMatchObject({ ok: true });
          if (loaded.ok) expect(loaded.rules.stages[0]?.event).toBe(event);
        },
      ),
    );
  });
});
