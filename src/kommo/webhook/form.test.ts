import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FormMap, type FormReading, listItems, parseForm, parseJson } from './form.ts';

function root(reading: FormReading): FormMap {
  if (!reading.ok) throw new Error(reading.error);
  return reading.root;
}

function plain(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, item]) => [`_${key}`, plain(item)]));
}

describe('parseForm', () => {
  test('reads nested keys, encoded or not, with + as a space', () => {
    const expected = { _leads: { _status: { _0: { _name: 'apple tv 3', _id: '1' } } } };
    expect(plain(root(parseForm('leads[status][0][name]=apple+tv+3&leads[status][0][id]=1')))).toEqual(
      expected,
    );
    const encoded = 'leads%5Bstatus%5D%5B0%5D%5Bname%5D=apple%20tv%203&leads%5Bstatus%5D%5B0%5D%5Bid%5D=1';
    expect(plain(root(parseForm(encoded)))).toEqual(expected);
  });

  test('keeps an = in a value, an empty value and a key without a value', () => {
    expect(plain(root(parseForm('a=b=c&d=&e&&')))).toEqual({ _a: 'b=c', _d: '', _e: '' });
  });

  test('a group wins over a value with the same key in either order', () => {
    const group = { _a: { _b: '1' } };
    expect(plain(root(parseForm('a=x&a[b]=1')))).toEqual(group);
    expect(plain(root(parseForm('a[b]=1&a=x')))).toEqual(group);
  });

  test('appends for empty brackets', () => {
    expect(plain(root(parseForm('a[]=x&a[]=y&a[3]=z')))).toEqual({ _a: { _0: 'x', _1: 'y', _3: 'z' } });
  });

  test('hostile keys are ordinary keys', () => {
    const body = '__proto__[polluted]=1&constructor[prototype][polluted]=1&a[4294967296]=x&a[__proto__]=y';
    const read = root(parseForm(body));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect([...read.keys()]).toEqual(['__proto__', 'constructor', 'a']);
    expect((read.get('a') as FormMap).get('__proto__')).toBe('y');
  });

  test('broken brackets and broken percent signs do no harm', () => {
    expect(plain(root(parseForm('a[b=1&[c]=2&d]=3&a[x]y=4&p=%zz%&q=%ff')))).toEqual({
      '_a[b': '1',
      '_[c]': '2',
      '_d]': '3',
      _a: { _x: '4' },
      _p: '%zz%',
      _q: '\ufffd',
    });
  });

  test('refuses absurd depth and absurd size with words', () => {
    expect(parseForm(`a${'[b]'.repeat(100_000)}=1`)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/deeper than 32/),
    });
    expect(parseForm('a[]=1&'.repeat(20_001))).toMatchObject({
      ok: false,
      error: expect.stringMatching(/more than 20000 fields/),
    });
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        expect(typeof parseForm(body).ok).toBe('boolean');
      }),
    );
  });

  test('gives back what was encoded, whatever the order of the fields', () => {
    const field = fc.tuple(fc.constantFrom('a', 'b', '0', '__proto__'), fc.string());
    fc.assert(
      fc.property(
        fc
          .uniqueArray(field, { selector: ([key]) => key })
          .chain((fields) =>
            fc.tuple(
              fc.constant(fields),
              fc.shuffledSubarray(fields, { minLength: fields.length, maxLength: fields.length }),
            ),
          ),
        ([fields, shuffled]) => {
          const encode = ([key, value]: [string, string]) =>
            `${encodeURIComponent(`x[0][${key}]`)}=${encodeURIComponent(value)}`;
          const read = root(parseForm(shuffled.map(encode).join('&')));
          const item = listItems(read.get('x'))[0];
          for (const [key, value] of fields) expect((item as FormMap).get(key)).toBe(value.toWellFormed());
        },
      ),
    );
  });
});

describe('parseJson', () => {
  test('lists become groups with number keys', () => {
    expect(plain(root(parseJson('{"leads":{"add":[{"id":"1"},{"id":2}]}}')))).toEqual({
      _leads: { _add: { _0: { _id: '1' }, _1: { _id: 2 } } },
    });
  });

  test.each([
    '',
    '[]',
    'null',
    '"x"',
    '{',
    `${'['.repeat(100_000)}`,
    `{"a":${'['.repeat(100)}${']'.repeat(100)}}`,
  ])('refuses %.20s', (body) => {
    expect(parseJson(body).ok).toBe(false);
  });

  test('refuses too many fields', () => {
    expect(parseJson(JSON.stringify({ a: Array.from({ length: 20_000 }, () => 1) }))).toMatchObject({
      ok: false,
    });
  });

  test('__proto__ is a key like any other', () => {
    expect(root(parseJson('{"__proto__":{"x":1}}')).get('__proto__')).toBeInstanceOf(Map);
  });
});

describe('listItems', () => {
  test('orders by number, not by appearance, even for numbers no float can hold', () => {
    const body = 'a[999999999999999999]=d&a[10]=c&a[2]=b&a[1000000000000000000]=e&a[0]=a&a[x]=no';
    expect(listItems(root(parseForm(body)).get('a'))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('a value that is no list has no items', () => {
    expect(listItems('x')).toEqual([]);
    expect(listItems(undefined)).toEqual([]);
  });
});
