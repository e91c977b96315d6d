import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesOf, addressIn, addressOf } from './address.ts';

const ANN = 'ann@acme.example';

describe('one address, however it is written', () => {
  it.each([
    ' Ann@Acme.EXAMPLE ',
    'ann@acme.example\u200b',
    '\u200bann@acme.example',
    'ann\u00ad@acme.example',
    '\u202aann@acme.example\u202c',
    'ann@acme.example\u2060',
    '\ufeffann@acme.example',
    'ann@acme.example\u00a0',
    'ann@acme\ufe0f.example',
    'a\u0000nn@acme.example',
    'mailto:ann@acme.example',
    'MAILTO:ann@acme.example?subject=For%20bob@acme.example&cc=bob@acme.example',
    'mailto:%20ann%40acme.example%E2%80%8B',
    'Ann Lee <ann@acme.example>',
    '"Lee, Ann" <ann@acme.example>',
    'Ann Lee <ann@acme.example',
    '<ann@acme.example>',
    '<<ann@acme.example>>',
    "'ann@acme.example'",
    '“ann@acme.example”',
    '«ann@acme.example»',
    '"ann"@acme.example',
    '(ann@acme.example)',
    '[ann@acme.example]',
    '[ann@acme.example](mailto:ann@acme.example)',
    '<a href="mailto:ann@acme.example">ann@acme.example</a>',
    'ann@acme.example (work)',
    'ann@acme.example(work)',
    'ann@acme.example, ANN@acme.example',
    'ann@acme.example <ann@acme.example>',
    '"old@acme.example" <ann@acme.example>',
    'E-mail: ann@acme.example',
    'Email:ann@acme.example;',
    '• ann@acme.example',
    '- ann@acme.example',
    '📧ann@acme.example✨',
    'ann@acme.example.',
    '.ann@acme.example',
    'ann@acme.example,',
    'ann@acme.example...',
    'ann @ acme.example',
    'ａｎｎ＠ａｃｍｅ．ｅｘａｍｐｌｅ',
    '𝐚𝐧𝐧@acme.example',
    'ann@acme。example',
    'an\u2800n@acme.ex\u2800ample',
    'an\ufffcn@acme.example\ufffc',
    '\uf0e0ann@acme.example',
    'Email\u{1f4e7}ann@acme.example',
    "'ann'@acme.example",
    '“ann”@acme.example',
    '“Lee, Ann” <ann@acme.example>',
    'ann%40acme.example',
    '%20ann@acme.example%20',
    'ann@acme.example%0D%0A',
    '%3Cann%40acme.example%3E',
    'email=ann@acme.example',
    'e-mail=ann@acme.example',
    '<mailto:ann@acme.example>',
    'ann@acme.example<mailto:ann@acme.example>',
    'SMTP:Ann@acme.example',
    'Ann Lee | ann@acme.example',
  ])('%j', (text) => {
    expect(addressOf(text)).toEqual({ ok: true, address: ANN, warnings: [] });
  });
});

it.each([
  'ann@acme.example; bob@acme.example',
  'ann@acme.example;bob@acme.example',
  'ann@acme.example, bob@acme.example',
  'ann@acme.example / bob@acme.example',
  'ann@acme.example/bob@acme.example',
  'ann@acme.example|bob@acme.example',
  'ann@acme.example bob@acme.example',
  'ann@acme.example\nbob@acme.example',
  'ann@acme.example и bob@acme.example',
  'Ann Lee <ann@acme.example>, Sales <bob@acme.example>',
  'ann@acme (at home), ann@acme.example, bob@acme.example',
])('takes the first of several addresses, and says so: %j', (text) => {
  expect(addressOf(text)).toEqual({ ok: true, address: ANN, warnings: ['several_addresses'] });
  expect(addressesOf(text)).toEqual([ANN, 'bob@acme.example']);
});

it.each([
  ['ann+dt7@example.com', 'ann+dt7@example.com'],
  ['a+b/c@x.com', 'a+b/c@x.com'],
  ['o’brien@x.com', "o'brien@x.com"],
  ['anne\u2011marie@x.com', 'anne-marie@x.com'],
  ['_ann_@x.com', '_ann_@x.com'],
  ['иван@почта.рф', 'иван@xn--80a1acny.xn--p1ai'],
  ['Ann@MÜNCHEN.de', 'ann@xn--mnchen-3ya.de'],
  ['ann@xn--mnchen-3ya.de', 'ann@xn--mnchen-3ya.de'],
  ['abc..def.@docomo.example', 'abc..def.@docomo.example'],
])('keeps what belongs to an address: %j', (text, address) => {
  expect(addressIn(text)).toBe(address);
});

it.each([
  ['', 'empty'],
  ['\u200b \u00a0', 'empty'],
  ['not an email', 'no_address'],
  ['a@b@c', 'no_address'],
  ['ann@acme.example@other.example', 'no_address'],
  ['@acme.example', 'no_address'],
  // What is left of a torn address would be somebody else's.
  ['an\ufffdn@acme.example', 'no_address'],
  ['an€n@acme.example', 'no_address'],
  ['ann·lee@acme.example', 'no_address'],
  ['an\ue000n@acme.example', 'no_address'],
  ['ann@acme.ex\ufffdample', 'no_address'],
  ['ann@@acme.example', 'no_address'],
  ['ann(at)acme.example', 'no_address'],
  ['ann@acme,example', 'bad_domain'],
  ['ann@acme. example', 'bad_domain'],
  ['"ann lee"@acme.example', 'no_address'],
  ['ann@', 'bad_domain'],
  ['ann@acme', 'bad_domain'],
  ['ann@acme..example', 'bad_domain'],
  ['ann@[127.0.0.1]', 'bad_domain'],
  ['ann@127.0.0.1', 'bad_domain'],
  [`${'a'.repeat(150)}@x.com`, 'too_long'],
  [`${'я'.repeat(73)}@x.com`, 'too_long'],
])('refuses %j as %s', (text, code) => {
  expect(addressOf(text)).toMatchObject({ ok: false, code });
  expect(addressIn(text)).toBeNull();
});

const local = fc
  .array(fc.constantFrom(...'abcxyz019я日éß'), { minLength: 1, maxLength: 20 })
  .map((letters) => letters.join(''));
const label = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
const domain = fc.tuple(label, label).map(([name, top]) => `${name}.${top}`);
const address = fc.tuple(local, domain).map(([name, host]) => `${name}@${host}`);
const invisible = fc.constantFrom(
  ...'\u200b\u200c\u200d\u00ad\u202a\u202e\u2066\u2069\ufeff\u2060\ufe0f\u0007\u061c\u180e',
);

describe('any text', () => {
  it('is read the same the second time, and never throws', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary' }),
      address,
      fc.constantFrom('@', '<', '>', '"', ',', ' ', 'mailto:', '.', '\ud800', 'İ', 'ſ', '％', '。'),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const addresses = addressesOf(parts.join(''));
        for (const found of addresses)
          expect(addressOf(found)).toEqual({ ok: true, address: found, warnings: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('with an address in it gives that address, whatever stands around and within', () => {
    const before = fc.constantFrom(
      '',
      ' ',
      '<',
      'Ann <',
      '"Lee, Ann" <',
      '(',
      'mailto:',
      '\n',
      '* ',
      'E-Mail: ',
      '.',
    );
    const after = fc.constantFrom(
      '',
      ' ',
      '>',
      '>;',
      ' (work)',
      ',',
      '.',
      ')',
      '\u00a0',
      ' - home',
      "'",
      '?',
    );
    const insert = (text: string, at: number, extra: string) => text.slice(0, at) + extra + text.slice(at);
    fc.assert(
      fc.property(
        address,
        before,
        after,
        invisible,
        fc.nat(),
        fc.boolean(),
        (plain, head, tail, hidden, at, upper) => {
          const expected = addressIn(plain);
          expect(expected).not.toBeNull();
          const spelled = upper ? plain.toUpperCase().normalize('NFKC') : plain;
          // "ß" has no single capital letter.
          fc.pre(!upper || !plain.includes('ß'));
          const text = head + insert(spelled, at % (spelled.length + 1), hidden) + tail;
          expect(addressOf(text)).toEqual({ ok: true, address: expected, warnings: [] });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of several addresses gives the first, and all in their order', () => {
    const separator = fc.constantFrom(';', ', ', ' / ', '/', ' ', '\n', ' (work), ', ' и ', '|', '\t', '、');
    fc.assert(
      fc.property(fc.uniqueArray(address, { minLength: 2, maxLength: 5 }), separator, (all, between) => {
        expect(addressesOf(all.join(between))).toEqual([...new Set(all.map(addressIn))]);
      }),
    );
  });

  it.each(['a@', '@', 'a', ' ', '\u200b', 'a.', '"', '<', 'é@é.', '%40', 'x@y.zz,'])(
    'of a megabyte of %j is read in linear time: a quadratic one would exceed the limit of a test',
    (part) => {
      expect(() => addressesOf(part.repeat(1_000_000 / part.length))).not.toThrow();
    },
  );
});
