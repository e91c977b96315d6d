import fc from 'fast-check';
import { filters } from 'liquidjs';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/domain/rules/liquid/budget.ts';
import { TemplateError, TextRenderer } from '../../src/domain/rules/render-text.ts';
import { sampleScopes } from '../../src/domain/rules/sample-scope.ts';
import { withDeadline } from '../../src/lib/deadline.ts';
import { PATIENCE, runs } from './support.ts';

/*
 * Texts that do as much harm as they can: every filter on values that grow from pass to pass, in nested loops, with long
 * expressions. Whatever they do, they end soon, and what they write is bounded.
 */

/** Only what hangs reaches it: a text takes 50 ms, and some of these machines are slow. */
const DEADLINE_MS = 5_000;

const variable = fc.constantFrom(
  'a',
  'b',
  'c',
  'i',
  'f',
  'deal.tags',
  'deal.field',
  'deal',
  'deal.name',
  'forloop',
);
const literal = fc.oneof(
  fc.constantFrom("''", "','", "'a'", "' '", 'nil', 'true', 'blank', 'empty', '0', '-1', '2.5', '1e400'),
  fc.constantFrom(
    '9007199254740992',
    '-9007199254740993',
    "'x.y[z]'",
    "'t'",
    "'t == 1'",
    "'%A %c %Z %99999d'",
  ),
  fc.integer({ min: -10, max: 100_000 }).map(String),
  fc.integer({ min: 0, max: 3_000 }).map((length) => `'${'<é '.repeat(length / 3)}'`),
);
const simple = fc.oneof({ weight: 3, arbitrary: variable }, { weight: 1, arbitrary: literal });
const range = fc.tuple(simple, simple).map(([low, high]) => `(${low}..${high})`);
const path = fc.tuple(variable, simple).map(([object, key]) => `${object}[${key}]`);
const value = fc.oneof({ weight: 5, arbitrary: simple }, range, path);

const call = fc
  .tuple(fc.constantFrom(...Object.keys(filters)), fc.array(value, { maxLength: 3 }))
  .map(([name, args]) => (args.length === 0 ? ` | ${name}` : ` | ${name}: ${args.join(', ')}`));
const expression = fc
  .tuple(value, fc.array(call, { maxLength: 4 }))
  .map(([first, calls]) => `${first}${calls.join('')}`);
const condition = fc
  .array(fc.tuple(value, fc.constantFrom('==', '!=', '<', '>=', 'contains', 'and', 'or')), { maxLength: 200 })
  .chain((terms) => value.map((last) => [...terms.map((term) => term.join(' ')), last].join(' ')));

const name = fc.constantFrom('a', 'b', 'c', 'deal');
const { text } = fc.letrec<{ text: string; part: string }>((tie) => {
  const body = tie('text');
  return {
    text: fc.array(tie('part'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
    part: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      expression.map((shown) => `{{ ${shown} }}`),
      fc.tuple(name, expression).map(([to, from]) => `{% assign ${to} = ${from} %}`),
      fc.tuple(name, body).map(([to, inner]) => `{% capture ${to} %}${inner}{% endcapture %}`),
      fc.tuple(value, body).map(([list, inner]) => `{% for i in ${list} %}${inner}{% endfor %}`),
      body.map((inner) => `{% for i in (1..3000) %}${inner}{% endfor %}`),
      fc
        .tuple(value, simple, body)
        .map(([l, n, inner]) => `{% tablerow f in ${l} cols: ${n} limit: ${n} %}${inner}{% endtablerow %}`),
      fc
        .tuple(condition, body)
        .map(([test, inner]) => `{% if ${test} %}${inner}{% elsif ${test} %}{% else %}x{% endif %}`),
      fc
        .tuple(value, fc.array(simple, { minLength: 1, maxLength: 100 }), body)
        .map(
          ([of, values, inner]) =>
            `{% case ${of} %}{% when ${values.join(', ')} %}${inner}{% else %}${inner}{% endcase %}`,
        ),
      fc
        .tuple(value, fc.array(simple, { minLength: 1, maxLength: 50 }))
        .map(([group, values]) => `{% cycle ${group}: ${values.join(', ')} %}`),
      name.map((counter) => `{% increment ${counter} %}{% decrement ${counter} %}`),
      fc.constantFrom(
        '{% break %}',
        '{% continue %}',
        'plain ',
        '{% raw %}{{ a }}{% endraw %}',
        '{{ a | push: a | push: a }}',
      ),
    ),
  };
});

describe('a hostile text', () => {
  it('ends soon, having written little, with every value that it can make', { timeout: PATIENCE }, () => {
    const scopes = sampleScopes();
    const prefix = "{% assign a = 'x,y' | split: ',' %}{% assign b = deal.name %}";
    fc.assert(
      fc.property(text, fc.constantFrom(...scopes), (hostile, scope) => {
        const texts = new TextRenderer();
        let output = '';
        try {
          output = withDeadline(DEADLINE_MS, () => texts.render(prefix + hostile, scope, 'The note'));
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
        expect(output.length).toBeLessThanOrEqual(LIMITS.textCharacters);
        expect(texts.workDone).toBeLessThanOrEqual(LIMITS.work);
      }),
      runs(150),
    );
  });
});
