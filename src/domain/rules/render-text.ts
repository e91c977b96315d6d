import { Context, Liquid, LiquidError } from 'liquidjs';
import { removeControls } from '../../lib/control-characters.ts';

/** The variables that value paths and Liquid texts can use. */
export type Scope = Record<string, unknown>;

/**
 * How many parts (tags, outputs and pieces of plain text, counted again in each pass of a loop) one text may render.
 * Liquid's own `renderLimit` measures wall-clock time: in a process that is paused while it renders (a laptop's sleep, a
 * busy host) a valid text would exceed it, and its event would be lost.
 */
const MAX_STEPS = 20_000;

/** Values come from strangers (form fields, emails): no files, no prototypes, and limits on size and steps. */
const liquid = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
  parseLimit: 100_000,
  memoryLimit: 1_000_000,
});

/** A text of the rules cannot be rendered with these values. The author of the rule must correct it. */
export class TemplateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemplateError';
  }
}

/**
 * Renders a Liquid text.
 * @throws TemplateError
 */
export function renderText(template: string, scope: Scope): string {
  const context = new Context(scope, liquid.options, { sync: true }, { liquid });
  context.renderLimit.check = countSteps();
  try {
    return liquid.parseAndRenderSync(template, context);
  } catch (error) {
    if (LiquidError.is(error)) throw new TemplateError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Renders a text that is written to Kommo, without control characters: names and subjects come from strangers, and are read
 * again on terminals. They are removed before the action is stored, so the text that is sent and the one that is read back
 * are the same.
 * @throws TemplateError
 */
export function renderKommoText(template: string, scope: Scope): string {
  return removeControls(renderText(template, scope));
}

/** Liquid calls its render limit before each part. */
function countSteps(): () => void {
  let steps = 0;
  return () => {
    steps += 1;
    if (steps > MAX_STEPS) throw new TemplateError(`the text renders more than ${MAX_STEPS} parts`);
  };
}
