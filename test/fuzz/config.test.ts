import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblems, type LoadResult, loadConfig } from '../../src/config/index.ts';
import { PATIENCE, runs } from './support.ts';

/*
 * The configuration with whatever may stand in it: it loads, or it says in words and with a place what
 * is wrong. It never throws, never hangs, and never shows a value of the environment.
 */

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');
const ENV = {
  KOMMO_URL: 'https://acme.kommo.com',
  KOMMO_TOKEN: 'token-that-nobody-may-see',
  KOMMO_WEBHOOK_SECRET: 'webhook-secret-that-nobody-may-see',
  CUSTOMERIO_SITE_ID: 'site-0123456789',
  CUSTOMERIO_API_KEY: 'api-key-that-nobody-may-see',
  CUSTOMERIO_SIGNING_KEY: 'signing-key-that-nobody-may-see',
};
/** Twenty times the example. */
const SIZE = 60_000;

function load(text: string): LoadResult {
  return loadConfig({ text, file: 'stagepost.yaml', env: ENV });
}

/** What must hold of any text. */
function expectMessage(text: string): void {
  const result = load(text);
  const problems = result.ok ? result.warnings : result.problems;
  if (!result.ok) expect(problems.length).toBeGreaterThan(0);
  for (const { message, line, column } of problems) {
    expect(message.length).toBeGreaterThan(3);
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
  }
  const said = formatProblems(problems, 'stagepost.yaml', text);
  expect(said).not.toContain('nobody-may-see');
  expect(said).not.toMatch(/\n\s+at .*:\d+:\d+/);
}

describe('any configuration loads or is explained', () => {
  const lines = EXAMPLE.split('\n');
  const piece = fc.oneof(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ': ',
      '- ',
      '? ',
      '&a ',
      '*a',
      '!!str ',
      '|',
      '>',
      '"',
      "'",
      '#',
      '%',
      '@',
      '`',
      ',',
    ),
    fc.constantFrom(
      '\t',
      '\n',
      '\r\n',
      '\0',
      '\ufeff',
      '\u2028',
      '---\n',
      '...\n',
      '<<: *a',
      '__proto__: 1',
      'constructor:',
      '~',
      '.inf',
      '1e999',
    ),
    fc.constantFrom(
      '${KOMMO_TOKEN}',
      '${X',
      '${',
      '$${',
      '${KOMMO_WEBHOOK_SECRET:-}',
      '{{ deal.name }}',
      '{{',
      '{% if %}',
      '{{ a | b: "c" }}',
      '5d',
      '-1d',
      '99999999999999d',
    ),
    fc.constantFrom(...lines),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const edit = fc.record({ at: fc.nat(), drop: fc.oneof(fc.nat(3), fc.nat(120)), put: piece });
  const edited = fc.array(edit, { minLength: 1, maxLength: 5 }).map((edits) =>
    edits.reduce((text, { at, drop, put }) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + drop);
    }, EXAMPLE),
  );

  it(
    'of the example with parts changed',
    () => fc.assert(fc.property(edited, expectMessage), runs(75)),
    PATIENCE,
  );

  it(
    'of lines of the example in any order',
    () => {
      const shuffled = fc.shuffledSubarray(lines, { minLength: 1 }).map((some) => some.join('\n'));
      fc.assert(fc.property(shuffled, expectMessage), runs(30));
    },
    PATIENCE,
  );

  it(
    'of any characters',
    () => {
      fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectMessage), runs(50));
    },
    PATIENCE,
  );

  it(
    'of any values at the places of the example',
    () => {
      const value = fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom('deal.price', '{{ subject }}', '1d', 'main', -1, 1e21, null),
      );
      const places = [...EXAMPLE.matchAll(/^( *[a-z_]+: )(?=\S)/gm)].map(
        (match) => [match.index, match[0].length] as const,
      );
      const replaced = fc.tuple(fc.constantFrom(...places), value).map(([[index, length], put]) => {
        const end = EXAMPLE.indexOf('\n', index);
        return `${EXAMPLE.slice(0, index + length)}${JSON.stringify(put)}${EXAMPLE.slice(end)}`;
      });
      fc.assert(fc.property(replaced, expectMessage), runs(50));
    },
    PATIENCE,
  );
});

describe('the worst of 60 kB is read within seconds', () => {
  const times = (text: string, size = SIZE) => text.repeat(Math.floor(size / text.length));
  it.each([
    ['brackets', times('[')],
    ['braces', times('{')],
    ['lists in lists', times('- ')],
    ['keys of keys', times('? ')],
    ['colons', times(': ')],
    ['anchors', times('&a ')],
    ['aliases of nothing', `a: [${times('*a,', 6_000)}]`],
    ['quotes', times('"')],
    ['tabs', times('\t')],
    ['line ends', times('\n')],
    ['comments', times('#\n')],
    ['documents', times('---\n')],
    ['deeper and deeper', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['the same key', times('a: 1\n', 6_000)],
    ['unknown keys', Array.from({ length: 2_000 }, (_, number) => `k${number}: 1`).join('\n')],
    ['one long text', `connections: "${times('x')}`],
    ['variables that are not set', `connections: ${times('${X}', 4_000)}`],
    ['open variables', `connections: ${times('${', 20_000)}`],
    ['Liquid that never ends', EXAMPLE.replace('Client opened email', times('{{ a '))],
    ['Liquid tags in tags', EXAMPLE.replace('Client opened email', times('{% if a %}'))],
    ['a duration of digits', EXAMPLE.replace('after: 5d', `after: ${times('9')}d`)],
    ['merges', `a: &a {b: 1}\nc:\n${times('  <<: *a\n', 20_000)}`],
    ['a laugh of nine steps', laughs(9)],
    ['a laugh of two hundred', laughs(200)],
    [
      'connections',
      `connections:\n${Array.from({ length: 1_000 }, (_, number) => `  c${number}: {}`).join('\n')}`,
    ],
    [
      'stages',
      EXAMPLE.replace(
        'stages:\n',
        `stages:\n${times('      - { pipeline: Sales, stage: Demo scheduled, event: e }\n')}`,
      ),
    ],
  ])('%s', (_what, text) => {
    // Processor time: on a busy machine the clock on the wall says nothing.
    const before = process.cpuUsage();
    expectMessage(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(5_000);
  });
});

/** Each step names the step before it ten times: plainly written, ten to the number of steps. */
function laughs(steps: number): string {
  const lines = ['a0: &a0 ha'];
  for (let step = 1; step <= steps; step++) {
    const before = Array.from({ length: 10 }, () => `*a${step - 1}`).join(', ');
    lines.push(`a${step}: &a${step} [${before}]`);
  }
  return lines.join('\n');
}
