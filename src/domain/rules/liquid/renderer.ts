import { type Context, LiquidError, RenderError, type Template, toValue } from 'liquidjs';
import type { RenderBudget } from './budget.ts';
import { budgetOf } from './context.ts';
import { workOf } from './parser.ts';

type Emitter = Pick<TextEmitter, 'buffer' | 'write'>;

/** Takes what a text, or a `capture`, writes. */
class TextEmitter {
  buffer = '';
  readonly #budget: RenderBudget;

  constructor(budget: RenderBudget) {
    this.#budget = budget;
  }

  write(value: unknown): void {
    if (typeof value !== 'string') this.#budget.charge(this.#budget.measure(value));
    const text = textOf(value);
    this.#budget.write(text.length, this.buffer.length + text.length);
    this.buffer += text;
  }
}

/** Liquid's text of a value: nothing for nil, and the entries of a list one after the other. */
function textOf(part: unknown): string {
  const value: unknown = toValue(part);
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.map(textOf).join('') : String(value);
}

/** Takes the place of Liquid's renderer, which counts neither the work of a part nor what it writes. */
export const budgetedRenderer = {
  *renderTemplates(templates: Template[], context: Context, emitter?: Emitter): Generator<unknown, string> {
    const budget = budgetOf(context);
    const output = emitter ?? new TextEmitter(budget);
    // The body of a loop counts in each pass, even where it is empty.
    budget.countPart(PASS_WORK);
    for (const template of templates) {
      budget.countPart(workOf(template));
      try {
        const text = yield template.render(context, output);
        if (text) output.write(text);
      } catch (error) {
        throw LiquidError.is(error) ? error : new RenderError(error as Error, template);
      }
      if (context.breakCalled || context.continueCalled) break;
    }
    return output.buffer;
  },
};

const PASS_WORK = 5;
