import { Liquid, type Template } from 'liquidjs';
import { LIMITS, type RenderBudget } from './budget.ts';
import { BudgetedContext } from './context.ts';
import { boundOfRange, budgetedFilters, e164Filter, RANGE_BOUND } from './filters.ts';
import { budgetedOperators } from './operators.ts';
import { BudgetedParser } from './parser.ts';
import { boundRanges } from './ranges.ts';
import { budgetedRenderer } from './renderer.ts';
import { registerBudgetedTags } from './tags.ts';

const liquid = createLiquid();

/** Values come from strangers (form fields, emails): no files, no prototypes, and a budget for everything. */
function createLiquid(): Liquid {
  boundRanges();
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    templates: {},
    parseLimit: LIMITS.sourceCharacters,
    operators: budgetedOperators(),
  });
  for (const [name, filter] of Object.entries(budgetedFilters())) engine.registerFilter(name, filter);
  engine.registerFilter('e164', e164Filter);
  engine.registerFilter(RANGE_BOUND, boundOfRange);
  registerBudgetedTags(engine);
  return Object.assign(engine, { renderer: budgetedRenderer });
}

/** @throws LiquidError, or another error where the parser's calls are nested too deep */
export function parseLiquid(text: string): Template[] {
  return new BudgetedParser(liquid).parse(text);
}

/** @throws LiquidError, with the `BudgetExceeded` that caused it as its `originalError` */
export function renderLiquid(templates: Template[], scope: object, budget: RenderBudget): string {
  // A copy, because `increment` and `decrement` write into it.
  const context = new BudgetedContext({ ...scope }, liquid, budget);
  return liquid.renderSync(templates, context) as string;
}
