import {
  CaseTag,
  type Context,
  CycleTag,
  type Emitter,
  evalToken,
  ForTag,
  type Liquid,
  TablerowTag,
  toValue,
} from 'liquidjs';
import { BudgetExceeded, type RenderBudget } from './budget.ts';
import { budgetOf } from './context.ts';

type Rendering = Generator<unknown, void>;
type Token = Parameters<typeof evalToken>[0];

/** The tags that would load other texts; there are none. */
const WITHOUT_FILES = ['include', 'render', 'layout', 'block'];

/** Replaces the tags whose work depends on values, by ones that charge the budget for them. */
export function registerBudgetedTags(liquid: Liquid): void {
  for (const name of WITHOUT_FILES) delete liquid.tags[name];
  liquid.registerTag('for', BudgetedFor);
  liquid.registerTag('tablerow', BudgetedTablerow);
  liquid.registerTag('case', BudgetedCase);
  liquid.registerTag('cycle', BudgetedCycle);
}

/** A loop copies its list, and turns an object into one, before its first pass and even if there is none. */
class BudgetedFor extends ForTag {
  override *render(context: Context, emitter: Emitter): ReturnType<ForTag['render']> {
    yield checkModifiers(this.hash, context);
    const collection = yield* loopOver(this.collection, context);
    yield super.render.call(withProperty(this, 'collection', collection), context, emitter);
  }
}

class BudgetedTablerow extends TablerowTag {
  override *render(context: Context, emitter: Emitter): Rendering {
    yield checkModifiers(this.args, context);
    const collection = yield* loopOver(this.collection, context);
    yield super.render.call(withProperty(this, 'collection', collection), context, emitter);
  }
}

/** Evaluates the list of a loop once. @returns a token with its value */
function* loopOver(token: Token & { getText(): string }, context: Context): Generator<unknown, unknown> {
  const content: unknown = yield evalToken(token, context);
  budgetOf(context).charge(budgetOf(context).measure(content));
  return { content, getText: () => token.getText() };
}

/** `limit`, `offset` and `cols` are converted to numbers again in each pass. */
function* checkModifiers(hash: ForTag['hash'], context: Context): Generator<unknown, void> {
  const modifiers = (yield hash.render(context)) as Record<string, unknown>;
  for (const [name, modifier] of Object.entries(modifiers)) {
    const isLong = typeof modifier === 'string' && modifier.length > 20;
    // `offset: continue` is a number, or an empty object in the first loop.
    const isList = Array.isArray(modifier) || (typeof modifier === 'object' && keysOf(modifier) > 0);
    if (isLong || isList) throw new BudgetExceeded(`the ${name} of a loop in it is not a number`);
  }
}

function keysOf(value: object | null): number {
  return value === null ? 0 : Object.keys(value).length;
}

/** A `case` compares its value with every `when`, without the operators. */
class BudgetedCase extends CaseTag {
  override *render(context: Context, emitter: Emitter): Rendering {
    const target: unknown = toValue(yield this.value.value(context, false));
    const budget = budgetOf(context);
    const comparisons = this.branches.reduce((count, { values }) => count + values.length, 0);
    budget.charge(comparisons * (1 + comparisonWork(target, budget)));
    const value = { value: () => target };
    yield super.render.call(withProperty(this, 'value', value), context, emitter);
  }
}

function comparisonWork(value: unknown, budget: RenderBudget): number {
  return budget.measure(value) / 8;
}

/** A `cycle` keeps its position under a name that contains the value of its group. */
class BudgetedCycle extends CycleTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, unknown> {
    const { group } = this as unknown as { group?: Token };
    if (group) budgetOf(context).charge(budgetOf(context).measure(yield evalToken(group, context)));
    return yield super.render(context, emitter);
  }
}

/** The same tag with another property. Tags are shared by all texts that are rendered, so it is not set. */
function withProperty<T extends object>(tag: T, name: keyof T, value: unknown): T {
  return Object.create(tag, { [name]: { value } }) as T;
}
