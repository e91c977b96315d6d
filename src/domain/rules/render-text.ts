import { LiquidError, type Template } from 'liquidjs';
import { removeControls } from '../../lib/control-characters.ts';
import { BudgetExceeded, RenderBudget } from './liquid/budget.ts';
import { parseLiquid, renderLiquid } from './liquid/engine.ts';
import { TextCache } from './liquid/text-cache.ts';

/** The variables that value paths and Liquid texts can use. */
export type Scope = Record<string, unknown>;

/** A text of the rules cannot be rendered with these values. The author of the rule must correct it. */
export class TemplateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemplateError';
  }
}

/** A text needs more than the texts of one event may take. */
export class TextTooExpensive extends TemplateError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TextTooExpensive';
  }
}

const parsedTexts = new TextCache<Template[]>();

/** Renders the Liquid texts of one plan, with one budget for all of them: see `LIMITS`. */
export class TextRenderer {
  readonly #budget: RenderBudget;

  /** @param begunBy has rendered other texts of the same plan, which count in this one's budget; default: none. */
  constructor(begunBy?: TextRenderer) {
    this.#budget = new RenderBudget(begunBy ? begunBy.#budget : undefined);
  }

  /** The work of all texts so far, in units of `LIMITS.work`. */
  get workDone(): number {
    return this.#budget.workDone;
  }

  /**
   * Renders a text.
   * @param place names the text and its rule at the beginning of a sentence: `The note of the stage rule "Won"`.
   * @throws TextTooExpensive beyond the budget, and TemplateError for anything else that is wrong with the text.
   */
  render(text: string, scope: Scope, place: string): string {
    try {
      this.#budget.beginText(text);
      return renderLiquid(parsed(text), scope, this.#budget);
    } catch (error) {
      throw explain(error, place);
    }
  }

  /**
   * Counts the value of a path, which goes into an action as it is.
   * @param searched how many names were compared to find it
   * @throws TextTooExpensive beyond the budget
   */
  takeValue(value: unknown, searched: number, place: string): void {
    try {
      this.#budget.charge(searched);
      this.#budget.take(value);
    } catch (error) {
      throw explain(error, place);
    }
  }

  /**
   * Renders a text that is written to Kommo, without control characters: names and subjects come from strangers, and are
   * read again on terminals. They are removed before the action is stored, so the text that is sent and the one that is
   * read back are the same.
   * @throws as `render`
   */
  renderForKommo(text: string, scope: Scope, place: string): string {
    return removeControls(this.render(text, scope, place));
  }
}

function parsed(text: string): Template[] {
  const cached = parsedTexts.get(text);
  if (cached) return cached;
  const templates = parseLiquid(text);
  parsedTexts.set(text, templates);
  return templates;
}

/** Rendering depends on the text and its values alone, so that any error would occur again. */
function explain(error: unknown, place: string): TemplateError {
  const exceeded = budgetErrorIn(error);
  if (exceeded)
    return new TextTooExpensive(`${place} is too expensive to render: ${exceeded.message}.`, {
      cause: error,
    });
  // V8's own error for calls that are nested too deep.
  if (error instanceof RangeError)
    return new TextTooExpensive(`${place} is too expensive to render: it is nested too deep.`, {
      cause: error,
    });
  const message = error instanceof Error ? error.message : String(error);
  return new TemplateError(`${place} cannot be rendered: ${message}`, { cause: error });
}

/** Liquid wraps each error once for its place in the text, and once more in a variable. */
function budgetErrorIn(error: unknown): BudgetExceeded | null {
  if (error instanceof BudgetExceeded) return error;
  return LiquidError.is(error) ? budgetErrorIn((error as { originalError?: unknown }).originalError) : null;
}
