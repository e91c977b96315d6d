import { type Context, defaultOperators, toValue } from 'liquidjs';
import type { RenderBudget } from './budget.ts';
import { budgetOf } from './context.ts';
import { searchWork } from './search-work.ts';

type Operators = typeof defaultOperators;

/** Comparing takes a fraction of the work that a filter does for the same size. */
const SIZE_PER_WORK = 8;
const CALL_WORK = 5;
/** These only ask whether a value is true. */
const LOGICAL = new Set(['and', 'or', 'not']);

/** Liquid's operators, with the budget charged for the size of what they compare. */
export function budgetedOperators(): Operators {
  const all = Object.entries(defaultOperators).map(([name, operator]) => {
    const call = operator as (...operands: unknown[]) => unknown;
    const workOf = LOGICAL.has(name)
      ? () => CALL_WORK
      : name === 'contains'
        ? workOfContains
        : workOfComparison;
    return [
      name,
      (...operands: unknown[]) => {
        const budget = budgetOf(operands.at(-1) as Context);
        budget.charge(workOf(budget, operands.slice(0, -1)));
        return call(...operands);
      },
    ];
  });
  return Object.fromEntries(all) as Operators;
}

function workOfComparison(budget: RenderBudget, operands: unknown[]): number {
  let size = 0;
  for (const operand of operands) size += budget.measure(operand);
  return CALL_WORK + size / SIZE_PER_WORK;
}

/** A text is searched; a list is compared entry by entry. */
function workOfContains(budget: RenderBudget, operands: unknown[]): number {
  const work = workOfComparison(budget, operands);
  const [searched, sought] = operands.map(toValue);
  return Array.isArray(searched) ? work : work + searchWork(budget.measure(searched), budget.measure(sought));
}
