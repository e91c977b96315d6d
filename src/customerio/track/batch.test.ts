import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../domain/errors.ts';
import { parseBody } from '../answer-body.ts';
import type { Answer } from '../call.ts';
import {
  BATCH_BYTES,
  BATCH_ITEMS,
  type BatchCall,
  type BatchItem,
  batchBody,
  identifiersOf,
  planBatches,
} from './batch.ts';
import { sendBatch } from './send-batch.ts';

function identify(id: string, attributes: Record<string, string> = {}): BatchItem {
  return { type: 'person', action: 'identify', identifiers: { id }, timestamp: 1772013598, attributes };
}

function event(id: string): BatchItem {
  const ulid = '01ARYZ6S410000000000000000';
  return {
    type: 'person',
    action: 'event',
    identifiers: { id },
    id: ulid,
    name: 'won',
    timestamp: 1772013598,
    attributes: {},
  };
}

function people(count: number): BatchItem[] {
  return Array.from({ length: count }, (_, n) => identify(`p${n}`));
}

function answer(status: number, body: unknown): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    call: 'POST /api/v2/batch',
    isRead: false,
    status,
    body: parseBody(text),
    retryAfter: null,
    date: null,
  };
}

/** Sends to a function over the items of each request, and keeps what was sent. */
async function run(items: BatchItem[], respond: (items: BatchItem[], request: number) => Answer) {
  const requests: BatchItem[][] = [];
  const calls: BatchCall[] = [];
  const results = await sendBatch(
    items,
    async (body) => {
      const sent = (JSON.parse(body) as { batch: BatchItem[] }).batch;
      requests.push(sent);
      return respond(sent, requests.length);
    },
    'customerio.track_url',
    (call) => calls.push(call),
  );
  const words = results.map((result) => (result.ok ? 'ok' : result.error.failure));
  return { results, words, requests, calls };
}

describe('identifiersOf', () => {
  it.each([
    ['ann@example.com', { email: 'ann@example.com' }],
    ['4711', { id: '4711' }],
    ['cio_office@bank.example', { email: 'cio_office@bank.example' }],
    ['cio_4711', { id: 'cio_4711' }],
    ['+34600000000', { id: '+34600000000' }],
  ])('names the kind of %s', (person, identifiers) => {
    expect(identifiersOf(person)).toEqual(identifiers);
  });
});

describe('planBatches', () => {
  it('keeps every request within 500 KB and its item count, every item once, every person once a request, in order', () => {
    const item = fc.record({
      person: fc.nat(40),
      size: fc.oneof(fc.nat(100), fc.nat(34_000)),
      letter: fc.constantFrom('x', 'é', '"'),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 120 }), (specs) => {
        const items = specs.map(({ person, size, letter }) =>
          identify(String(person + 1), { note: letter.repeat(size) }),
        );
        const { chunks, refused } = planBatches(items);
        for (const chunk of chunks) {
          expect(Buffer.byteLength(batchBody(chunk))).toBeLessThanOrEqual(BATCH_BYTES);
          expect(chunk.length).toBeLessThanOrEqual(BATCH_ITEMS);
          expect(new Set(chunk.map(({ index }) => specs[index]!.person)).size).toBe(chunk.length);
        }
        const order = chunks.flat().map(({ index }) => index);
        expect([...order, ...refused.keys()].sort((a, b) => a - b)).toEqual(items.map((_, index) => index));
        for (const person of new Set(specs.map((spec) => spec.person))) {
          const own = order.filter((index) => specs[index]!.person === person);
          expect(own).toEqual([...own].sort((a, b) => a - b));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes emails in another case for the same person', () => {
    const at = (email: string): BatchItem => ({ ...identify('x'), identifiers: { email } }) as BatchItem;
    expect(planBatches([at('Ann@x.io'), at('ann@X.io')]).chunks).toHaveLength(2);
  });

  it('fills requests instead of starting one for every event', () => {
    const items = people(100).flatMap((item) => [item, event((item.identifiers as { id: string }).id)]);
    expect(planBatches(items).chunks.map((chunk) => chunk.length)).toEqual([100, 100]);
  });

  it('fills a request up to 500 KB and not further', () => {
    const items = Array.from({ length: 700 }, (_, n) => identify(`p${1000 + n}`, { note: 'x'.repeat(1400) }));
    const sizes = planBatches(items).chunks.map((chunk) => Buffer.byteLength(batchBody(chunk)));
    expect(sizes).toHaveLength(3);
    for (const size of sizes.slice(0, -1)) {
      expect(size).toBeLessThanOrEqual(BATCH_BYTES);
      expect(size).toBeGreaterThan(BATCH_BYTES - 1600);
    }
  });

  it('starts another request after 500 items', () => {
    expect(planBatches(people(1001)).chunks.map((chunk) => chunk.length)).toEqual([500, 500, 1]);
  });
});

describe('sendBatch', () => {
  it('sends v2 items as they are', async () => {
    const items = [identify('1', { plan: 'Pro' }), event('2')];
    const { words, requests } = await run(items, () => answer(200, '{}\n'));
    expect(words).toEqual(['ok', 'ok']);
    expect(requests).toEqual([items]);
  });

  it('sends nothing for nothing', async () => {
    expect((await run([], () => answer(200, '{}'))).requests).toEqual([]);
  });

  it('refuses what no request can carry, and sends the rest', async () => {
    const items = [identify('1', { note: 'x'.repeat(33_000) }), identify('2'), identify('')];
    const { words, requests, results } = await run(items, () => answer(200, '{}'));
    expect(words).toEqual(['permanent', 'ok', 'permanent']);
    expect(requests).toEqual([[items[1]]]);
    expect((results[0] as { error: DeliveryError }).error.message).toContain(
      'one item of a batch may have 32768',
    );
  });

  it.each([207, 200])('fails only the items that a %i names', async (status) => {
    const error = { batch_index: 1, reason: 'invalid', field: 'attributes.plan', message: 'too long' };
    const body = { errors: [error, { ...error, message: 'and odd' }] };
    const { words, results, requests } = await run(people(3), () => answer(status, body));
    expect(words).toEqual(['ok', 'permanent', 'ok']);
    expect(requests).toHaveLength(1);
    expect((results[1] as { error: DeliveryError }).error.message).toBe(
      'Customer.io refused this item: attributes.plan: too long; attributes.plan: and odd',
    );
  });

  it('gives results to the items they belong to, when a person is there twice', async () => {
    const items = [identify('1'), event('1'), identify('2'), event('2')];
    const { words } = await run(items, (_, request) =>
      request === 2
        ? answer(207, { errors: [{ batch_index: 1, reason: 'invalid', message: 'no' }] })
        : answer(200, '{}'),
    );
    expect(words).toEqual(['ok', 'ok', 'ok', 'permanent']);
  });

  it.each([
    ['a 400 that names no item', 400, {}],
    ['a 207 that names no item', 207, {}],
    ['a 207 that names an item that was not there', 207, { batch_index: 99 }],
    ['a 413', 413, {}],
  ])('finds the bad item of %s by sending halves', async (_, status, index) => {
    const { words, requests } = await run(people(8), (sent) =>
      sent.some((item) => 'id' in item.identifiers && item.identifiers.id === 'p5')
        ? answer(status, { errors: [{ reason: 'invalid', message: 'bad', ...index }] })
        : answer(200, '{}'),
    );
    expect(words).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'permanent', 'ok', 'ok']);
    expect(requests.length).toBe(7);
  });

  it('does not take the items that a 400 leaves unnamed for accepted', async () => {
    const bad = { batch_index: 1, reason: 'invalid', message: 'bad' };
    const accepted = new Set<string>();
    const { words } = await run(people(3), (sent) => {
      const ids = sent.map((item) => (item.identifiers as { id: string }).id);
      const index = ids.indexOf('p1');
      if (index >= 0) return answer(400, { errors: [{ ...bad, batch_index: index }] });
      for (const id of ids) accepted.add(id);
      return answer(200, '{}');
    });
    expect(words).toEqual(['ok', 'permanent', 'ok']);
    expect([...accepted]).toEqual(['p0', 'p2']);
  });

  it('ends even where everything is refused', async () => {
    const { words, requests } = await run(people(16), () => answer(400, { meta: { errors: ['no'] } }));
    expect(new Set(words)).toEqual(new Set(['permanent']));
    expect(requests.length).toBe(31);
  });

  it.each([
    [401, 'unauthorized'],
    [429, 'throttled'],
    [503, 'retryable'],
  ])('stops at a %i: what was accepted stays accepted, the rest has its error', async (status, failure) => {
    const { words, requests } = await run(people(1200), (_, request) =>
      answer(request === 2 ? status : 200, '{}'),
    );
    expect(words.filter((word) => word === 'ok')).toHaveLength(500);
    expect(words.slice(500).every((word) => word === failure)).toBe(true);
    expect(requests).toHaveLength(2);
  });

  it('gives a broken connection to every item that was not accepted', async () => {
    const error = new DeliveryError('retryable', 'No answer.');
    const results = await sendBatch(people(2), () => Promise.reject(error), 'x');
    expect(results).toEqual([
      { ok: false, error },
      { ok: false, error },
    ]);
  });

  it('tells of every request: what it carried and what came of it', async () => {
    const refusal = { errors: [{ batch_index: 1, reason: 'invalid', message: 'no' }] };
    const { calls } = await run(people(1200), (_, request) =>
      request === 1 ? answer(207, refusal) : answer(request === 2 ? 200 : 503, '{}'),
    );
    expect(
      calls.map(({ items, ms: _, ...call }) => ({ ...call, from: items[0], count: items.length })),
    ).toEqual([
      { status: 207, refused: 1, error: null, from: 0, count: 500 },
      { status: 200, refused: 0, error: null, from: 500, count: 500 },
      { status: 503, refused: 0, error: expect.any(DeliveryError), from: 1000, count: 200 },
    ]);
  });

  it('tells of a refused request and its halves', async () => {
    const { calls } = await run(people(2), (_, request) =>
      request === 1 ? answer(400, { errors: [{ reason: 'invalid', message: 'bad' }] }) : answer(200, '{}'),
    );
    expect(calls.map(({ items, error }) => [items, error?.failure ?? null])).toEqual([
      [[0, 1], 'permanent'],
      [[0], null],
      [[1], null],
    ]);
  });
});
