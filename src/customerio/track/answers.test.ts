import { describe, expect, it } from 'vitest';
import { errorMessage, errorsIn, parseBody } from '../answer-body.ts';
import type { Answer } from '../call.ts';
import { classOf, failed, throwUnlessOk } from './answers.ts';

const BODIES = {
  empty: '',
  done: '{}\n',
  v1: '{\n  "meta": {\n    "errors": [\n      "value for attribute \'plan\' cannot be longer than 1000 bytes"\n    ]\n  }\n}',
  single: '{"meta":{"error":"Unauthorized request"}}',
  v2: '{"errors":[{"reason":"invalid","field":"attributes.plan","message":"property value cannot be longer than 1000 bytes"}]}',
  app: '{"errors":[{"detail":"unauthorized","status":"401","source":{"pointer":"/data"}}]}',
  html: '<!DOCTYPE html>\n<html><head><title>502 Bad\nGateway</title></head><body>secret stuff</body></html>',
  text: 'Your request is over the 10-per-second limit.',
  other: '{"message":"no Route matched with those values"}',
};

type Kind = keyof typeof BODIES;

function answer(status: number, body: string, headers: Partial<Answer> = {}): Answer {
  return {
    call: 'PUT /api/v1/customers/{id}',
    isRead: false,
    status,
    body: parseBody(body),
    retryAfter: null,
    date: null,
    ...headers,
  };
}

/** One row per status; the classes stand under the kinds of body. `ok` is a success. */
const KINDS: Kind[] = ['empty', 'done', 'v1', 'single', 'v2', 'app', 'html', 'text', 'other'];
const TABLE: [number, string][] = [
  // status   empty done v1 single v2 app html text other
  [200, 'ok ok permanent permanent permanent permanent retryable retryable retryable'],
  [204, 'ok ok permanent permanent permanent permanent retryable retryable retryable'],
  [207, 'ok ok permanent permanent permanent permanent retryable retryable retryable'],
  [
    301,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [
    304,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [400, 'retryable retryable permanent permanent permanent permanent retryable retryable retryable'],
  [
    401,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [
    402,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [
    403,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [
    404,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [
    405,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [
    407,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [408, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
  [409, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
  [413, 'retryable retryable permanent permanent permanent permanent retryable retryable retryable'],
  [422, 'retryable retryable permanent permanent permanent permanent retryable retryable retryable'],
  [429, 'throttled throttled throttled throttled throttled throttled throttled throttled throttled'],
  [
    451,
    'unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized',
  ],
  [500, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
  [502, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
  [503, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
  [504, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
  [522, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
  [524, 'retryable retryable retryable retryable retryable retryable retryable retryable retryable'],
];

describe('the class of an answer', () => {
  const rows = TABLE.flatMap(([status, classes]) =>
    classes.split(' ').map((expected, index) => [status, KINDS[index]!, expected] as const),
  );
  it.each(rows)('%i with a body of kind %s: %s', (status, kind, expected) => {
    expect(classOf(status, parseBody(BODIES[kind])) ?? 'ok').toBe(expected);
    if (expected === 'ok') expect(() => throwUnlessOk(answer(status, BODIES[kind]), 'x')).not.toThrow();
    else {
      const want = { name: 'DeliveryError', failure: expected, status };
      expect(() => throwUnlessOk(answer(status, BODIES[kind]), 'x')).toThrow(expect.objectContaining(want));
    }
  });
});

describe('the error text of an answer', () => {
  it.each<[Kind, string]>([
    ['empty', 'no text'],
    ['done', '{}'],
    ['v1', "value for attribute 'plan' cannot be longer than 1000 bytes"],
    ['single', 'Unauthorized request'],
    ['v2', 'attributes.plan: property value cannot be longer than 1000 bytes'],
    ['app', '/data: unauthorized'],
    ['html', 'an HTML page titled "502 Bad Gateway"'],
    ['text', 'Your request is over the 10-per-second limit.'],
  ])('%s: %s', (kind, text) => expect(errorMessage(parseBody(BODIES[kind]))).toBe(text));

  it('joins several errors, and keeps the item that each one names', () => {
    const json = {
      errors: [
        { batch_index: 3, reason: 'invalid', message: 'a' },
        { batch_index: '4', reason: 'required' },
        'c',
        null,
        7,
        { field: 'x' },
      ],
    };
    expect(errorsIn(json).map(({ index, message }) => [index, message])).toEqual([
      [3, 'a'],
      [null, 'required'],
      [null, 'c'],
      [null, 'an error without a text'],
      [null, 'an error without a text'],
      [null, 'an error without a text'],
    ]);
    expect(errorMessage(parseBody('{"meta":{"errors":["a","b"]}}'))).toBe('a; b');
  });

  it.each([
    ['text', 'x'.repeat(5000)],
    ['emoji', '😀'.repeat(5000)],
    ['json', JSON.stringify({ data: 'y'.repeat(5000) })],
    ['errors', JSON.stringify({ meta: { errors: Array(100).fill('z'.repeat(100)) } })],
    ['html', `<html><title>${'t'.repeat(499)}</title>`],
  ])('never has more than 300 characters of %s', (_, body) => {
    const words = errorMessage(parseBody(body));
    expect(words.length).toBeLessThanOrEqual(300);
    expect(words.endsWith('…')).toBe(true);
    expect(words.isWellFormed()).toBe(true);
  });

  it('never shows what an HTML page says inside', () => {
    expect(failed('retryable', answer(502, BODIES.html), 'x').message).not.toContain('secret stuff');
  });

  it('says what happened, where, what to do, and what Customer.io said', () => {
    expect(failed('unauthorized', answer(401, BODIES.single), 'x').message).toBe(
      'Customer.io refused the credentials (401 to PUT /api/v1/customers/{id}). Check them for this workspace. ' +
        "Customer.io's answer: Unauthorized request",
    );
    expect(failed('unauthorized', answer(404, ''), 'customerio.track_url').message).toContain(
      'Check customerio.track_url',
    );
  });
});

describe('Retry-After', () => {
  it('is in the error', () => {
    expect(failed('throttled', answer(429, '{}', { retryAfter: '3' }), 'x').retryAfterMs).toBe(3000);
    expect(failed('retryable', answer(503, '', { retryAfter: '4' }), 'x').retryAfterMs).toBe(4000);
  });

  it('as a date counts from the date of the same answer', () => {
    const headers = { retryAfter: 'Tue, 24 Nov 2026 02:00:30 GMT', date: 'Tue, 24 Nov 2026 02:00:00 GMT' };
    expect(failed('throttled', answer(429, '', headers), 'x').retryAfterMs).toBe(30_000);
    expect(failed('throttled', answer(429, '', { ...headers, date: null }), 'x').retryAfterMs).toBeNull();
  });
});
