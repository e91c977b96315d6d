import { Expression, type Token, Tokenizer, TokenKind } from 'liquidjs';
import { RANGE_BOUND } from './filters.ts';

interface Range {
  kind: TokenKind;
  lhs: unknown;
  rhs: unknown;
}

let isDone = false;

/**
 * Makes Liquid apply the filter `RANGE_BOUND` to both bounds of each range, `(1..n)`. Liquid has no option for it, and
 * parses expressions at many places, also while it renders (`where_exp`), but with this one function.
 */
export function boundRanges(): void {
  if (isDone) return;
  isDone = true;
  const read = Tokenizer.prototype.readGroupOrRange;
  Tokenizer.prototype.readGroupOrRange = function (this: Tokenizer) {
    const token = read.call(this);
    if (token?.kind !== TokenKind.Range) return token;
    const range = token as unknown as Range;
    range.lhs = filtered(range.lhs as Token);
    range.rhs = filtered(range.rhs as Token);
    return token;
  };
}

function filtered(token: Token): unknown {
  const initial = new Expression([token][Symbol.iterator]());
  return {
    ...{ kind: TokenKind.FilteredValue, input: token.input, begin: token.begin, end: token.end },
    initial,
    filters: [{ name: RANGE_BOUND, args: [] }],
    getText: () => token.getText(),
    getPosition: () => token.getPosition(),
  };
}
