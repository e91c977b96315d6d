import { Context, type Liquid } from 'liquidjs';
import { type AccountSettings, accountOfScope } from '../account-settings.ts';
import type { RenderBudget } from './budget.ts';

type Limiter = Context['memoryLimit'];

/** The variables of a text while it is rendered, with the budget of its plan. */
export class BudgetedContext extends Context {
  readonly budget: RenderBudget;
  readonly account: AccountSettings;

  constructor(scope: object, liquid: Liquid, budget: RenderBudget, account = accountOfScope(scope)) {
    super(scope, liquid.options, { sync: true }, { liquid, memoryLimit: allocations(budget) });
    this.budget = budget;
    this.account = account;
  }

  /** The context in which a filter such as `where` evaluates an entry of a list. */
  override spawn(scope: object = {}): Context {
    return new BudgetedContext(scope, this.liquid, this.budget, this.account);
  }

  override readProperty(...[object, key]: Parameters<Context['readProperty']>): unknown {
    // A list as a key is converted to text at each access.
    if (typeof key === 'object') this.budget.charge(this.budget.measure(key));
    const value: unknown = super.readProperty(object, key);
    // The size of an object is counted entry by entry.
    if (key === 'size' && typeof value === 'number') this.budget.charge(value);
    return value;
  }
}

/** Liquid announces larger allocations (ranges, joined texts, padding) to its memory limit before it makes them. */
function allocations(budget: RenderBudget): Limiter {
  const limiter: Pick<Limiter, 'use' | 'check'> = {
    use: (count) => {
      if (Number(count) > 0) budget.charge(Number(count));
    },
    check: () => {},
  };
  return limiter as Limiter;
}

/** The account's settings for a text that is being rendered. */
export function accountOf(context: Context): AccountSettings {
  return (context as BudgetedContext).account;
}

/** The budget of a text that is being rendered. */
export function budgetOf(context: Context): RenderBudget {
  return (context as BudgetedContext).budget;
}
