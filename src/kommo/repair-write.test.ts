import { expect, it } from 'vitest';
import type { PreparedWrite } from './prepare-write.ts';
import { repairedWrite } from './repair-write.ts';

const TOO_LONG =
  'This value is too long. It should have 256 characters or less. (custom_fields_values.0.values.0.value)';

const field = (text: string): PreparedWrite => ({
  call: 'updateDeals',
  input: { dealId: 5, fields: [{ fieldId: 7, value: { text } }] },
});

/** The texts that are tried one after the other while Kommo refuses each of them. */
function attempts(text: string): string[] {
  const tried: string[] = [];
  for (let write: PreparedWrite | undefined = field(text); write; ) {
    const repaired = repairedWrite(write, TOO_LONG);
    write = repaired?.write;
    if (write?.call === 'updateDeals' && 'text' in write.input.fields[0]!.value)
      tried.push(write.input.fields[0]!.value.text);
  }
  return tried;
}

it.each([
  ['ordinary letters', 'x'.repeat(300), ['characters', 'bytes']],
  ['emoji', '🎉'.repeat(300), ['characters', 'units', 'bytes']],
  ['Cyrillic letters', 'я'.repeat(300), ['characters', 'bytes']],
])(
  'a text of %s is cut by characters, then by what else Kommo may count, and then it ends',
  (_, text, counts) => {
    const tried = attempts(text);
    const sizes = {
      characters: (t: string) => [...t].length,
      units: (t: string) => t.length,
      bytes: (t: string) => Buffer.byteLength(t),
    };
    expect(tried).toHaveLength(counts.length);
    for (const [n, count] of counts.entries()) {
      const size = sizes[count as keyof typeof sizes](tried[n]!);
      expect(size).toBeLessThanOrEqual(256);
      expect(size).toBeGreaterThan(245);
      expect(tried[n]).toMatch(/^(x+|я+|(🎉)+)…$/u);
    }
  },
);

it('a text that fits by every count is given up', () => {
  expect(repairedWrite(field('x'.repeat(256)), TOO_LONG)).toBeNull();
});
