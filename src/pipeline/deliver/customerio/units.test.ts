import { describe, expect, it } from 'vitest';
import type { Action } from '../../../domain/actions.ts';
import type { OutboxRow } from '../outbox.ts';
import { CONCURRENCY, sendsBy, unitsOf as unitsAt } from './units.ts';

const NOW = 1_000_000;
const LIVE = 0;
const RETRY = 1;
const BULK = 2;

interface Part {
  priority?: number;
  attempts?: number;
  subject?: string;
  attributes?: Record<string, string>;
  /** When it became due; default: it always was. */
  dueAt?: number;
}

function row(
  id: number,
  { priority = BULK, attempts = 0, subject = `p${id}`, attributes = {}, dueAt = 0 }: Part = {},
) {
  const payload: Action = { kind: 'identify', person: subject, attributes, timestamp: 1 };
  return { id, kind: 'identify', subject, priority, attempts, next_attempt_at: dueAt, payload } as OutboxRow;
}

const rows = (count: number, part: Part = {}, from = 1) =>
  Array.from({ length: count }, (_, index) => row(from + index, part));
const always = () => true;
const unitsOf = (due: OutboxRow[], isFree: Parameters<typeof unitsAt>[1]) => unitsAt(due, isFree, NOW);
const sizes = (units: OutboxRow[][]) => units.map((unit) => unit.length);
/** A text of so many bytes in each of the attributes. */
const large = (bytes: number) => ({ text: 'é'.repeat(bytes / 2) });

describe('what is sent by one call each', () => {
  it('is each action alone, as long as there are no more than one round of calls', () => {
    expect(sizes(unitsOf(rows(CONCURRENCY), always))).toEqual(Array(CONCURRENCY).fill(1));
  });

  it('is one batch for more', () => {
    expect(sizes(unitsOf(rows(CONCURRENCY + 1), always))).toEqual([CONCURRENCY + 1]);
  });

  it('is a person’s oldest action only', () => {
    const twice = [...rows(40), ...rows(40)].map((action, index) => ({ ...action, id: index + 1 }));
    const [batch] = unitsOf(twice, always);
    expect(batch!.map(({ id }) => id)).toEqual(rows(40).map(({ id }) => id));
  });

  it('is few people’s actions alone, however many each of them has', () => {
    const ofTwo = Array.from({ length: 100 }, (_, index) => row(index + 1, { subject: `p${index % 2}` }));
    expect(unitsOf(ofTwo, always).map((unit) => unit.map(({ id }) => id))).toEqual([[1], [2]]);
  });

  it('has at most 500 items and 500 KB', () => {
    expect(sizes(unitsOf(rows(628), always))).toEqual([500]);
    const [batch] = unitsOf(rows(100, { attributes: large(20_000) }), always);
    expect(batch).toHaveLength(24);
  });

  it('leaves for a call of its own what no batch can carry', () => {
    const huge = row(99, { attributes: large(40_000) });
    expect(sizes(unitsOf([huge, ...rows(40)], always))).toEqual([1, 40]);
  });

  it.each(['cio_relationships', 'anonymous_id'])(
    'leaves for a call of its own an identify with %s',
    (key) => {
      expect(sizes(unitsOf([row(99, { attributes: { [key]: 'x' } }), ...rows(40)], always))).toEqual([1, 40]);
    },
  );

  it('is alone what has failed twice, since it may be what makes batches fail', () => {
    const once = rows(40, { attempts: 1, priority: RETRY });
    const twice = rows(3, { attempts: 2, priority: RETRY }, 90);
    expect(sizes(unitsOf([...once, ...twice], always))).toEqual([1, 1, 1, 40]);
  });
});

describe('live work', () => {
  it('goes first and alone where it is little, beside a batch of the rest', () => {
    const units = unitsOf([...rows(2, { priority: LIVE }, 900), ...rows(100)], always);
    expect(units.map((unit) => unit[0]!.id)).toEqual([900, 901, 1]);
    expect(sizes(units)).toEqual([1, 1, 100]);
  });

  it('is a batch of its own where it is much', () => {
    const units = unitsOf([...rows(50, { priority: LIVE }, 900), ...rows(100)], always);
    expect(sizes(units)).toEqual([50, 100]);
  });

  it('does not wait for a batch of the rest that is under way', () => {
    const many = [...rows(50, { priority: LIVE }, 900), ...rows(100)];
    expect(sizes(unitsOf(many, (urgency) => urgency === 'live'))).toEqual([50]);
    expect(sizes(unitsOf(many.slice(40), (urgency) => urgency === 'live'))).toEqual(Array(10).fill(1));
  });

  it('is one batch after the other', () => {
    expect(unitsOf(rows(100, { priority: LIVE }), () => false)).toEqual([]);
  });
});

describe('the people of a backfill', () => {
  const ofBackfill = (count: number, dueAt = NOW) => rows(count, { priority: RETRY, dueAt });

  it('wait for a full batch, and no longer than a second and a half', () => {
    expect(unitsOf(ofBackfill(200), always)).toEqual([]);
    expect(sendsBy(ofBackfill(200), NOW)).toBe(NOW + 1_500);
    expect(sizes(unitsOf(ofBackfill(500), always))).toEqual([500]);
    expect(sizes(unitsOf(ofBackfill(200, NOW - 1_500), always))).toEqual([200]);
  });

  it('go with others that do not wait', () => {
    const others = rows(40, { priority: RETRY, attempts: 1, dueAt: NOW }, 900);
    expect(sizes(unitsOf([...ofBackfill(20), ...others], always))).toEqual([60]);
    expect(sendsBy(others, NOW)).toBeNull();
  });
});
