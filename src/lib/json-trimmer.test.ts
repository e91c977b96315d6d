import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTrimmer, type KeptObjects } from './json-trimmer.ts';

const OBJECTS = { data: { identifiers: {} } };
const OPTIONS = { objects: OBJECTS, reserved: new Set<string>(), maxTextBytes: 40, maxBytes: 100_000 };

/** Trims a text that arrives in pieces of these sizes; what is left comes as one. */
function trim(json: string | Uint8Array, sizes: number[] = [], options = OPTIONS): Buffer | null {
  const bytes = Buffer.from(json as string);
  const trimmer = new JsonTrimmer(options);
  let at = 0;
  for (const size of sizes) {
    trimmer.write(bytes.subarray(at, at + size));
    at += size;
  }
  trimmer.write(bytes.subarray(at));
  return trimmer.end();
}

function trimmed(json: string, sizes?: number[]): unknown {
  const result = trim(json, sizes);
  return result === null ? null : JSON.parse(result.toString('utf8'));
}

/** What is to be kept of a parsed value, apart from the cutting of texts. */
function project(value: object, kept: KeptObjects): Record<string, unknown> {
  const entries = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (typeof member !== 'object' || member === null) return [[name, member]];
    const inner = Object.hasOwn(kept, name) && !Array.isArray(member) ? kept[name]! : null;
    return inner === null ? [] : [[name, project(member, inner)]];
  });
  return Object.fromEntries(entries);
}

/** The same, where each text of `actual` must be the beginning of the text that it should be. */
function expectPrefixes(actual: unknown, wanted: unknown): void {
  if (typeof wanted === 'string') {
    const text = actual as string;
    expect(wanted.startsWith(text)).toBe(true);
    if (Buffer.byteLength(JSON.stringify(wanted)) <= 42) expect(text).toBe(wanted);
    else expect(text.length).toBeGreaterThan(0);
    if (wanted.isWellFormed()) expect(text.isWellFormed()).toBe(true);
  } else if (typeof wanted === 'object' && wanted !== null) {
    expect(Object.keys(actual as object)).toEqual(Object.keys(wanted));
    for (const [name, member] of Object.entries(wanted))
      expectPrefixes((actual as Record<string, unknown>)[name], member);
  } else expect(actual).toEqual(wanted);
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', 'a', '😀', 'é', '\ud83d', '{', ']', ','),
    maxLength: 60,
  }),
);
const anything = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const member = fc.oneof(text, anything, fc.double({ noNaN: true, noDefaultInfinity: true }));
const name = fc.oneof(fc.constantFrom('data', 'identifiers', 'content'), fc.string({ maxLength: 12 })).filter(
  // The order of such names differs between an object and its JSON.
  (key) => key !== '__proto__' && !/^\d+$/.test(key),
);
const object = fc.dictionary(name, member, { maxKeys: 6 });
const report = fc
  .tuple(object, object, object)
  .map(([root, data, identifiers]) => ({ ...root, data: { ...data, identifiers }, z: 1 }));
/** Every character of a text as an escape: `\u0061`. */
const escaped = (json: string) =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => {
    const units = [...Array((JSON.parse(quoted) as string).length).keys()];
    const codes = units.map((at) =>
      (JSON.parse(quoted) as string).charCodeAt(at).toString(16).padStart(4, '0'),
    );
    return `"${codes.map((code) => `\\u${code}`).join('')}"`;
  });
const spelling = fc.constantFrom(
  (value: unknown) => JSON.stringify(value),
  (value: unknown) => JSON.stringify(value, null, 2),
  (value: unknown) => `\uFEFF \r\n${JSON.stringify(value, null, '\t')}\n `,
);

describe('the JSON trimmer', () => {
  it('keeps single values of the named objects, whatever else there is', () => {
    fc.assert(
      fc.property(report, spelling, (value, write) => {
        expectPrefixes(trimmed(write(value)), project(JSON.parse(JSON.stringify(value)), OBJECTS));
      }),
    );
  });

  it('understands names and texts that are written in escapes', () => {
    const value = { data: { subject: 'a😀b', list: [1], identifiers: { id: '7' } }, metric: 'sent' };
    expect(trimmed(escaped(JSON.stringify(value)))).toEqual({
      data: { subject: expect.stringMatching(/^a😀/), identifiers: { id: '7' } },
      metric: 'sent',
    });
  });

  it('gives the same for any cutting into pieces', () => {
    const sizes = fc.array(fc.nat(20), { maxLength: 200 });
    fc.assert(
      fc.property(report, spelling, sizes, (value, write, pieces) => {
        expect(trim(write(value), pieces)).toEqual(trim(write(value)));
      }),
    );
  });

  it('gives the same for any bytes in any pieces, and only JSON objects within its bounds', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ 1a'), maxLength: 60 }).map((part) => Buffer.from(part)),
      report.chain((value) =>
        fc.tuple(fc.nat(400), fc.uint8Array({ maxLength: 3 })).map(([at, noise]) => {
          const json = Buffer.from(JSON.stringify(value));
          return Buffer.concat([json.subarray(0, at), noise, json.subarray(at)]);
        }),
      ),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(9), { maxLength: 60 }), (input, pieces) => {
        const options = { ...OPTIONS, maxBytes: 100 };
        const whole = trim(input, [], options);
        expect(trim(input, pieces, options)).toEqual(whole);
        if (whole === null) return;
        expect(whole.length).toBeLessThan(400);
        const parsed = JSON.parse(whole.toString('utf8'));
        expect(typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)).toBe(true);
      }),
    );
  });

  it.each([
    '',
    '[]',
    '7',
    '{"a":1',
    '{"a":1}}',
    '{"a":1} x',
    '{"a" 1}',
    '{,}',
    '{"a":1,}',
    '{"a":"b}',
    'null',
  ])('gives nothing for %s', (json) => expect(trim(json)).toBeNull());

  it('keeps what comes after a long text, and cuts no character in two', () => {
    for (let shift = 0; shift < 12; shift += 1) {
      const content = 'x'.repeat(shift) + '😀'.repeat(100_000);
      const result = trimmed(
        JSON.stringify({ data: { content, subject: 'Hi' }, metric: 'sent' }),
        [7, 65_536],
      );
      expect(result).toEqual({
        data: { content: expect.stringMatching(/^x*(😀)+$/u), subject: 'Hi' },
        metric: 'sent',
      });
    }
  });

  it('keeps reserved members, whatever comes before them', () => {
    const trimmer = new JsonTrimmer({
      ...OPTIONS,
      reserved: new Set(['data', 'metric', 'id']),
      maxBytes: 1000,
    });
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`key${n}`, 'v'.repeat(30)]));
    const value = { ...many, data: { ...many, identifiers: { ...many, id: '7' }, id: '8' }, metric: 'sent' };
    trimmer.write(Buffer.from(JSON.stringify(value)));
    expect(JSON.parse(trimmer.end()!.toString('utf8'))).toMatchObject({ data: { id: '8' }, metric: 'sent' });
  });

  it('survives lists that are a million deep', () => {
    const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    expect(trimmed(`{"data":{"odd":${deep},"subject":"Hi"}}`)).toEqual({ data: { subject: 'Hi' } });
  });

  it('holds little memory, however many members and bytes come', () => {
    const trimmer = new JsonTrimmer({ ...OPTIONS, maxBytes: 10_000 });
    trimmer.write(Buffer.from('{"data":{'));
    const many = Buffer.from(
      Array.from({ length: 1000 }, (_, n) => `"key${n}":"${'v'.repeat(100)}",`).join(''),
    );
    for (let n = 0; n < 100; n += 1) trimmer.write(many);
    trimmer.write(Buffer.from('"last":1},"metric":"sent"}'));
    expect(trimmer.bytes).toBeLessThan(40_000);
    const result = JSON.parse(trimmer.end()!.toString('utf8'));
    expect(result.metric).toBe('sent');
  });
});
