import { describe, expect, it } from 'vitest';
import { asList, asObject, asText, ownFields, ownProperty, parseJson, textOrNull } from './unknown-json.ts';

describe('JSON of an unexpected shape', () => {
  it.each([null, undefined, 'text', 7, [1]])('%j has no fields', (value) => {
    expect(asObject(value)).toEqual({});
    expect(ownFields(value)).toBeNull();
  });

  it('is an empty list, and items that are no objects are empty ones', () => {
    expect(asList({ a: 1 })).toEqual([]);
    expect(asList([{ a: 1 }, 'b'])).toEqual([{ a: 1 }, {}]);
  });

  it('is undefined where it does not parse', () => {
    expect(parseJson('{"a":')).toBeUndefined();
    expect(parseJson('null')).toBeNull();
  });
});

it('takes a number for a text, and nothing else', () => {
  expect([asText('a'), asText(12), asText(true), asText(null)]).toEqual(['a', '12', '', '']);
  expect([textOrNull('a'), textOrNull('')]).toEqual(['a', null]);
});

describe('inherited properties', () => {
  it('are not read', () => {
    expect(ownProperty({}, 'constructor')).toBeUndefined();
    expect(ownFields({})!.toString).toBeUndefined();
  });

  it('are read where the object has its own', () => {
    expect(ownProperty({ constructor: 1 }, 'constructor')).toBe(1);
    expect(ownProperty(['a'], '0')).toBe('a');
  });
});
