import { type Liquid, Parser, type Template, TokenKind, type TopLevelToken } from 'liquidjs';
import { BudgetExceeded } from './budget.ts';

/** The deepest nesting of blocks: each level is a level of calls, and `{% liquid %}` reads its whole text at each. */
const MAX_NESTING = 30;

/** Work of evaluating one character of an expression: `{% case x %}{% when 1,1,1` compares for every other one. */
const WORK_PER_CHARACTER = 6;
const WORK_PER_PART = 10;

const workOfTemplates = new WeakMap<Template, number>();

/** What a parsed part costs each time it is rendered, without the parts in it and without what it writes and filters. */
export function workOf(template: Template): number {
  return workOfTemplates.get(template) ?? WORK_PER_PART;
}

/**
 * Parses texts, limits their nesting, and notes for each part how much of the text is its own: its tags with all of its
 * branches (`elsif`, `when`), without the parts between them.
 */
export class BudgetedParser extends Parser {
  /** For each open block, the characters of the parts in it. */
  readonly #open: number[] = [0];
  #end = 0;

  constructor(liquid: Liquid) {
    super(liquid);
  }

  override parse(text: string): Template[] {
    this.#end = text.length;
    return super.parse(text);
  }

  override parseToken(token: TopLevelToken, following: TopLevelToken[]): ReturnType<Parser['parseToken']> {
    if (this.#open.length > MAX_NESTING)
      throw new BudgetExceeded(`its blocks are nested deeper than ${MAX_NESTING} levels`);
    const end = this.#end;
    // The tags in `{% liquid %}` are a list of their own, which ends with the tag.
    if ('name' in token && token.name === 'liquid') this.#end = token.end;
    this.#open.push(0);
    const template = super.parseToken(token, following);
    const inner = this.#open.pop()!;
    this.#end = end;
    const length = Math.max(0, (following[0]?.begin ?? this.#end) - token.begin);
    this.#open[this.#open.length - 1]! += length;
    const expressions = token.kind === TokenKind.HTML ? 0 : length - inner;
    workOfTemplates.set(template, WORK_PER_PART + expressions * WORK_PER_CHARACTER);
    return template;
  }
}
