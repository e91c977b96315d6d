import { describe, expect, test } from 'vitest';
import type { Effect } from './call.ts';
import { failureOf } from './errors.ts';

const HTML = '<html><head><title>403 Forbidden</title></head><body><center>nginx</center></body></html>';

const advice = { refused: 'Grant access again.', missingRight: 'Ask an administrator.' };

function fail(
  status: number,
  body: unknown,
  {
    effect = 'create',
    headers = {},
    dealIds,
  }: { effect?: Effect; headers?: object; dealIds?: number[] } = {},
) {
  return failureOf(
    { status, headers: { ...headers }, json: body === HTML ? undefined : body },
    { effect, doing: 'adding notes', dealIds, secrets: ['s3cr3t-token'], advice },
  );
}

function problem(status: number, title: string, detail: string, more = {}) {
  return { title, type: `https://httpstatus.es/${status}`, status, detail, ...more };
}

const INTERNAL = {
  title: 'ErrInternalServer',
  status: 500,
  detail: 'Our team are probably already working on it',
};

describe('who must act', () => {
  test.each([
    ['read', 401, problem(401, 'Unauthorized', 'Invalid user name or password'), 'unauthorized'],
    ['create', 401, HTML, 'unauthorized'],
    ['read', 402, problem(402, 'Payment Required', 'Payment required'), 'unauthorized'],
    ['create', 403, problem(403, 'Forbidden', "Client doesn't have the required scope"), 'unauthorized'],
    ['read', 403, HTML, 'throttled'],
    ['read', 403, undefined, 'throttled'],
    ['read', 429, HTML, 'throttled'],
    ['create', 429, problem(429, 'Too Many Requests', 'Please try again later.'), 'throttled'],
    ['create', 400, problem(400, 'Bad Request', 'Request data can not be empty'), 'permanent'],
    ['create', 404, problem(404, 'Not Found', 'Lead not found'), 'permanent'],
    ['create', 404, problem(404, 'Not Found', 'Cannot POST https://acme.kommo.com/x'), 'unauthorized'],
    ['create', 404, { message: 'no Route matched with those values' }, 'unauthorized'],
    ['read', 404, HTML, 'unauthorized'],
    ['create', 405, problem(405, 'Method Not Allowed', 'Method Not Allowed'), 'unauthorized'],
    ['create', 400, HTML, 'unknown'],
    ['set', 400, HTML, 'retryable'],
    ['create', 400, { timestamp: 1, status: 400, error: 'Bad Request', path: '/' }, 'unknown'],
    ['create', 403, { message: 'Forbidden' }, 'throttled'],
    ['create', 409, problem(409, 'Conflict', 'Last modified date is older'), 'retryable'],
    ['create', 413, HTML, 'retryable'],
    ['create', 413, problem(413, 'Too Large', 'Too large'), 'permanent'],
    ['create', 422, problem(422, 'Unprocessable Entity', 'Limit 250 per page'), 'permanent'],
    ['read', 301, HTML, 'unauthorized'],
    ['read', 500, INTERNAL, 'retryable'],
    ['set', 500, INTERNAL, 'retryable'],
    ['create', 500, INTERNAL, 'unknown'],
    ['read', 502, HTML, 'retryable'],
    ['set', 502, HTML, 'retryable'],
    ['create', 502, HTML, 'unknown'],
    ['create', 503, HTML, 'unknown'],
    ['read', 504, HTML, 'retryable'],
    ['create', 504, HTML, 'unknown'],
    ['read', 200, HTML, 'retryable'],
    ['set', 200, HTML, 'retryable'],
    ['create', 200, HTML, 'unknown'],
    ['read', 408, undefined, 'retryable'],
  ] as const)('%s, %i, %o: %s', (effect, status, body, failure) => {
    expect(fail(status, body, { effect })).toMatchObject({ name: 'DeliveryError', failure, status });
  });
});

describe('the message', () => {
  test("carries Kommo's own words", () => {
    const { message } = fail(422, problem(422, 'Unprocessable Entity', 'Limit 250 per page'));
    expect(message).toBe('Kommo refused adding notes (422). Kommo says: Limit 250 per page');
  });

  test('never carries a secret', () => {
    const echo = problem(400, 'Bad Request', 'bad header Bearer s3cr3t-token', {
      'validation-errors': [{ request_id: '0', errors: [{ detail: 's3cr3t-token', path: 'x' }] }],
    });
    const error = fail(400, echo);
    expect(error.message).toContain('***');
    expect(JSON.stringify([error.message, [...error.items]])).not.toContain('s3cr3t');
  });

  test('never carries half a secret, where long words are cut', () => {
    // A long-lived token is a JWT of about a thousand characters.
    const token = `eyJ0eXAi${'J0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImp0aSI6Ij'.repeat(30)}`;
    const json = problem(400, 'Bad Request', `${'x'.repeat(900)} ${token} is bad`, {
      'validation-errors': [
        { request_id: '0', errors: [{ detail: `${'y'.repeat(990)} ${token}`, path: 'x' }] },
      ],
    });
    const about = { effect: 'create', doing: 'adding notes', secrets: [token], advice } as const;
    const error = failureOf({ status: 400, headers: {}, json }, about);
    const texts = [error.message, ...error.items.values()].join(' ');
    expect(texts).toContain('***');
    expect(texts).not.toContain('eyJ0');
    expect(texts.length).toBeLessThan(2200);
  });

  test('is one line without control characters', () => {
    const { message } = fail(400, problem(400, 'x', 'one\ntwo\u0000\u001b[31m'));
    expect(message).toBe('Kommo refused adding notes (400). Kommo says: one two [31m');
  });

  test('says what a person does about the token', () => {
    expect(fail(401, problem(401, 'Unauthorized', '')).message).toContain('(401). Grant access again.');
    expect(fail(403, problem(403, 'Forbidden', '')).message).toContain('(403). Ask an administrator.');
  });

  test('a web page is not quoted', () => {
    expect(fail(502, HTML).message).toBe('Kommo failed at adding notes (502).');
  });
});

describe('how long to wait', () => {
  test.each([
    ['body', problem(429, 'Too Many Requests', 'later', { retry_after: 300 }), {}, 300_000],
    ['header', HTML, { 'retry-after': '7' }, 7000],
    ['header before body', problem(429, 'x', 'y', { retry_after: 300 }), { 'retry-after': '7' }, 7000],
    ['at least a second', HTML, { 'retry-after': '0' }, 1000],
    ['at most an hour', HTML, { 'retry-after': '999999' }, 3_600_000],
    ['a date in the past', HTML, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 1000],
    ['not said', HTML, {}, null],
    ['nonsense', HTML, { 'retry-after': 'soon' }, null],
  ])('%s', (_name, body, headers, ms) => {
    expect(fail(429, body, { headers }).retryAfterMs).toBe(ms);
  });

  test.each([
    ['create', 503, 'unknown', 90_000],
    ['set', 503, 'retryable', 90_000],
    ['create', 425, 'retryable', 90_000],
    ['create', 401, 'unauthorized', null],
    ['create', 400, 'permanent', null],
  ] as const)('a planned break says it too: %s, %i', (effect, status, failure, retryAfterMs) => {
    const error = fail(status, problem(status, 'x', 'y'), { effect, headers: { 'retry-after': '90' } });
    expect(error).toMatchObject({ failure, retryAfterMs });
  });

  test('a block is long', () => {
    expect(fail(403, HTML).retryAfterMs).toBe(90_000);
  });
});

describe('which items of a batch', () => {
  const choice = { code: 'NotSupportedChoice', path: 'entity_id', detail: 'Not a valid choice.' };

  test('validation-errors name them by request_id; nothing was written', () => {
    const error = fail(
      400,
      problem(400, 'Bad Request', 'Request validation failed', {
        'validation-errors': [
          { request_id: '2', errors: [choice, { code: 'NotNullable', path: 'params.text' }] },
          { request_id: '0', errors: [] },
        ],
      }),
    );
    expect([...error.items]).toEqual([
      [2, 'Not a valid choice. (entity_id) NotNullable (params.text)'],
      [0, 'The item is not valid.'],
    ]);
    expect(error.otherItems).toBe('not_done');
    expect(error.message).toContain('Not a valid choice. (entity_id)');
  });

  test('the map of ids names them by deal; the others may have been written', () => {
    const body = problem(400, 'Bad Request', 'Invalid request body', { errors: { 77: 'Lead not found' } });
    const error = fail(400, body, { dealIds: [5, 77, 6, 77] });
    expect([...error.items]).toEqual([
      [1, 'Lead not found'],
      [3, 'Lead not found'],
    ]);
    expect(error.otherItems).toBe('unknown');
  });

  const stranger = problem(400, 'Bad Request', 'Invalid request body', { errors: { 999: 'User not found' } });

  test('a map that names none of ours leaves all notes unknown: the others may have been written', () => {
    expect(fail(400, stranger, { dealIds: [5, 6] })).toMatchObject({
      failure: 'unknown',
      otherItems: 'unknown',
    });
  });

  test('a map that names none of ours can only mean the one note there is', () => {
    expect(fail(400, stranger, { dealIds: [5] })).toMatchObject({ failure: 'permanent' });
  });

  test('a map that names none of ours refuses changes that may be repeated', () => {
    expect(fail(400, stranger, { effect: 'set', dealIds: [5, 6] })).toMatchObject({ failure: 'permanent' });
  });

  test.each([
    ['a list instead of a map', { errors: ['x'] }],
    ['an unknown request_id', { 'validation-errors': [{ request_id: 'abc', errors: [choice] }] }],
    ['odd shapes', { 'validation-errors': [null, 1, { errors: 'x' }], errors: null }],
  ])('none is named: %s', (_name, more) => {
    const error = fail(400, problem(400, 'Bad Request', 'x', more));
    expect(error).toMatchObject({ failure: 'permanent', otherItems: 'not_done' });
    expect(error.items.size).toBe(0);
  });
});
