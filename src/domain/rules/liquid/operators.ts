import { type Context, defaultOperators } from 'liquidjs';
import { budgetOf } from './context.ts';

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
    const charge = LOGICAL.has(name) ? () => CALL_WORK : workOfComparison;
    return [
      name,
      (...operands: unknown[]) => {
        const context = operands.at(-1) as Context;
        budgetOf(context).charge(charge(context, operands.slice(0, -1)));
        return call(...operands);
      },
    ];
  });
  return Object.fromEntries(all) as Operators;
}

function workOfComparison(context: Context, operands: unknown[]): number {
  const budget = budgetOf(context);
  let size = 0;
  for (const operand of operands) size += budget.measure(operand);
  return CALL_WORK + size / SIZE_PER_WORK;
}
