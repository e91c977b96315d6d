import { expect, test } from 'vitest';
import { formatProblems, shownProblems, sortProblems } from './problems.ts';

const at = (line: number, column: number) => ({
  message: 'unknown key "evnt"',
  path: 'a.evnt',
  line,
  column,
});

test('a problem is shown with its place, its key, a hint, its line and a caret', () => {
  const problem = { ...at(2, 3), hint: 'Did you mean "event"?' };
  expect(formatProblems([problem], 'stagepost.yaml', 'a:\r\n  evnt: x\r\n')).toBe(
    'stagepost.yaml:2:3  a.evnt: unknown key "evnt". Did you mean "event"?\n   2 |   evnt: x\n     |   ^\n',
  );
});

test('a place behind the end of the file has no line to show', () => {
  expect(formatProblems([{ ...at(9, 1), path: '' }], 'f', 'a: 1')).toBe('f:9:1  unknown key "evnt".\n');
});

test('the caret stands under the place in a line with tabs and in a long one', () => {
  expect(formatProblems([at(1, 3)], 'f', '\t\tx')).toContain('   1 | \t\tx\n     | \t\t^');
  const long = `${'a'.repeat(200)}X${'b'.repeat(200)}`;
  const [, source, caret] = formatProblems([at(1, 201)], 'f', long).split('\n');
  expect(source![caret!.indexOf('^')]).toBe('X');
});

test('a secret in the line is masked; a variable is none', () => {
  expect(formatProblems([at(1, 1)], 'f', 'kommo: { token: abc, url: x }')).not.toContain('abc');
  expect(formatProblems([at(1, 1)], 'f', 'token: ${KOMMO_TOKEN} # long-lived')).toContain('${KOMMO_TOKEN}');
  expect(formatProblems([at(1, 1)], 'f', 'token: ${KOMMO_TOKEN:-abc}')).not.toContain('abc');
});

test('problems come in the order of the file, each once', () => {
  const problems = sortProblems([at(3, 1), at(1, 9), at(1, 2), at(3, 1)]);
  expect(problems.map(({ line, column }) => [line, column])).toEqual([
    [1, 2],
    [1, 9],
    [3, 1],
  ]);
});

test('shows the first fifty, searches hints for those only, and says how many more there are', () => {
  const searched: number[] = [];
  const findings = Array.from({ length: 53 }, (_, index) => ({
    ...at(index + 1, 1),
    hint: () => `hint ${searched.push(index)}`,
  }));
  const shown = shownProblems(findings.toReversed());
  expect(shown).toHaveLength(51);
  expect(shown[0]).toMatchObject({ line: 1, hint: 'hint 1' });
  expect(searched).toHaveLength(50);
  expect(shown.at(-1)).toMatchObject({ line: 51, path: '', message: 'there are 3 more mistakes' });
});

test('a message or a hint that quotes a long text is cut', () => {
  const finding = { ...at(1, 1), message: 'x'.repeat(100_000), hint: 'y'.repeat(100_000) };
  const [shown] = shownProblems([finding]);
  expect(shown!.message).toHaveLength(401);
  expect(shown!.hint).toHaveLength(2_001);
});
