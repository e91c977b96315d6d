import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/entities.ts';
import { checkIdentifier, fitAttributes, fitEvent, LIMITS } from './limits.ts';

const bytes = (value: unknown) =>
  Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom('a', 'é', '€', '👩‍🚀', '"', '\n', '\0', '\ud800'), fc.nat(3000))
    .map(([unit, n]) => unit.repeat(n)),
);

describe('fitAttributes', () => {
  it('leaves what fits as it is, and says nothing', () => {
    const attributes: Record<string, Json> = {
      name: 'x'.repeat(1000),
      price: 12,
      list: ['a'],
      gone: null,
      blank: '',
      yes: true,
    };
    expect(fitAttributes(attributes)).toEqual({ attributes, warnings: [] });
  });

  it('cuts a text at a whole character, by bytes', () => {
    const { attributes, warnings } = fitAttributes({ note: '€'.repeat(334) });
    expect(attributes.note).toBe(`${'€'.repeat(332)}…`);
    expect(bytes(attributes.note)).toBe(999);
    expect(warnings).toEqual(['The attribute "note" was cut to 1000 bytes.']);
    expect(fitAttributes({ note: '😀'.repeat(251) }).attributes.note).toBe(`${'😀'.repeat(249)}…`);
  });

  it('leaves out values that are no text and too large', () => {
    const { attributes, warnings } = fitAttributes({ tags: Array(300).fill('abc'), ok: 1 });
    expect(attributes).toEqual({ ok: 1 });
    expect(warnings).toEqual([
      'The attribute "tags" was left out: it has 1801 bytes of at most 1000, and only texts can be cut.',
    ]);
  });

  it('keeps a value that is exactly as large as allowed', () => {
    const tags = ['x'.repeat(996)];
    expect(bytes(tags)).toBe(1000);
    expect(fitAttributes({ tags })).toEqual({ attributes: { tags }, warnings: [] });
    expect(fitAttributes({ tags: ['x'.repeat(997)] }).attributes).toEqual({});
  });

  it('leaves out names that are too long, empty, or its own', () => {
    const { attributes, warnings } = fitAttributes({
      ['é'.repeat(76)]: 1,
      '': 2,
      _timestamp: 3,
      ['é'.repeat(75)]: 4,
    });
    expect(Object.values(attributes)).toEqual([4]);
    expect(warnings).toHaveLength(3);
  });

  it('never cuts an identifier: half of one is another person', () => {
    const { attributes, warnings } = fitAttributes({
      email: `${'a'.repeat(150)}@x.io`,
      id: 42,
      anonymous_id: 'ok',
    });
    expect(attributes).toEqual({ id: 42, anonymous_id: 'ok' });
    expect(warnings[0]).toContain('150 at most');
  });

  it('keeps the identifiers and the first of more than 300', () => {
    const many = Object.fromEntries(Array.from({ length: 302 }, (_, n) => [`a${n}`, n]));
    const { attributes, warnings } = fitAttributes({ ...many, email: 'a@example.com' });
    expect(Object.keys(attributes)).toHaveLength(300);
    expect(attributes.email).toBe('a@example.com');
    expect(attributes.a298).toBe(298);
    expect(warnings).toEqual(['Customer.io takes 300 attributes at most. Left out: a299, a300, a301.']);
  });

  it('always fits, has a warning for each change, and changes nothing the second time', () => {
    const value = fc.oneof(anyText, fc.jsonValue() as fc.Arbitrary<Json>, fc.constantFrom(Number.NaN, 1e308));
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, value), { maxLength: 8 }), (pairs) => {
        const given = Object.fromEntries(pairs) as Record<string, Json>;
        const { attributes, warnings } = fitAttributes(given);
        for (const [name, fitted] of Object.entries(attributes)) {
          expect(bytes(name)).toBeLessThanOrEqual(LIMITS.attributeNameBytes);
          expect(bytes(fitted)).toBeLessThanOrEqual(LIMITS.attributeValueBytes);
        }
        const missing = Object.keys(given).length - Object.keys(attributes).length;
        expect(warnings.length).toBeGreaterThanOrEqual(missing);
        expect(fitAttributes(attributes)).toEqual({ attributes, warnings: [] });
      }),
    );
  });
});

describe('fitEvent', () => {
  it('leaves what fits as it is', () => {
    const data: Record<string, Json> = {
      plan: 'Pro',
      deal_id: 7,
      list: [1, { a: null }],
      long: 'x'.repeat(50_000),
    };
    expect(fitEvent('deal_won', data)).toEqual({ name: 'deal_won', data, warnings: [] });
  });

  it('renames what would change the campaign, without overwriting anything', () => {
    const { data, warnings } = fitEvent('e', {
      recipient: 'a',
      _recipient: 'b',
      reply_to: 'c',
      from_address: 'd',
    });
    expect(data).toEqual({ __recipient: 'a', _recipient: 'b', _reply_to: 'c', _from_address: 'd' });
    expect(warnings).toHaveLength(3);
  });

  it('trims the name and cuts it at a whole character', () => {
    expect(fitEvent('  deal_won ', {})).toEqual({ name: 'deal_won', data: {}, warnings: [] });
    const { name, warnings } = fitEvent('é'.repeat(51), {});
    expect(name).toBe('é'.repeat(50));
    expect(warnings[0]).toContain('100 bytes and was cut');
  });

  it('cuts the largest text just enough, before anything is left out', () => {
    const { data, warnings } = fitEvent('e', {
      small: 'x'.repeat(900),
      large: '"'.repeat(120_000),
      list: Array(5000).fill(1),
    });
    expect(Object.keys(data)).toEqual(['small', 'large', 'list']);
    expect(bytes(data)).toBeGreaterThan(99_990);
    expect(bytes(data)).toBeLessThanOrEqual(100_000);
    expect(warnings).toHaveLength(1);
  });

  it('leaves out the largest values where texts cannot give enough', () => {
    const { data, warnings } = fitEvent('e', {
      plan: 'Pro',
      list: Array(60_000).fill(1),
      note: 'x'.repeat(90_000),
    });
    expect(data.plan).toBe('Pro');
    expect(data).not.toHaveProperty('list');
    expect(warnings.at(-1)).toBe('The event’s data may have 100000 bytes. Left out: list.'.replace('’', "'"));
  });

  it('always fits and always keeps the event', () => {
    const value = fc.oneof(
      fc.tuple(anyText, fc.nat(60)).map(([text, n]) => text.repeat(n)),
      fc.array(fc.nat(), { maxLength: 50 }).map((list) => Array(500).fill(list)),
      fc.jsonValue() as fc.Arbitrary<Json>,
    );
    const many = fc
      .nat(3000)
      .map((n) => Array.from({ length: n }, (_, i): [string, Json] => [`k${i}`, 'x'.repeat(40)]));
    const pairs = fc.oneof(fc.array(fc.tuple(anyText, value), { maxLength: 6 }), many);
    fc.assert(
      fc.property(anyText, pairs, (name, entries) => {
        const fitted = fitEvent(`n${name}`, Object.fromEntries(entries));
        expect(bytes(fitted.name)).toBeLessThanOrEqual(LIMITS.eventNameBytes);
        expect(fitted.name).not.toBe('');
        expect(bytes(fitted.data)).toBeLessThanOrEqual(LIMITS.eventDataBytes);
        for (const key of ['recipient', 'from_address', 'reply_to'])
          expect(fitted.data).not.toHaveProperty(key);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves out what JSON cannot carry', () => {
    let deep: Json = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const { data, warnings } = fitEvent('e', { deep, nan: Number.NaN, ok: 1 });
    expect(data).toEqual({ ok: 1 });
    expect(warnings).toHaveLength(2);
  });
});

describe('checkIdentifier', () => {
  it.each(['a@example.com', 'a+b/c@x.com', '42', 'cio_d9c106000001', 'ü'.repeat(75), 'with space inside'])(
    'takes %j',
    (text) => expect(checkIdentifier(text)).toEqual({ ok: true }),
  );

  it.each(['', ' ', ' a', 'a\n', '.', '..', 'a\0b', '\ud800', 'ü'.repeat(76)])(
    'refuses %j in words',
    (text) =>
      expect(checkIdentifier(text)).toMatchObject({ ok: false, reason: expect.stringMatching(/\.$/) }),
  );
});
