import { beforeEach, describe, expect, it } from 'vitest';
import type { KommoAction } from '../../../domain/actions.ts';
import type { FieldDefinition } from '../../../domain/entities.ts';
import { DeliveryError } from '../../../domain/errors.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../outbox.ts';
import { BatchSize } from './batch.ts';
import { deliverBatch, type KommoOutbox } from './deliver-batch.ts';

const STATUS: FieldDefinition = { id: 7, name: 'email_status', code: null, type: 'text', options: null };

/** The texts of each call to Kommo, and what Kommo does with them. */
let calls: string[][];
let answer: (texts: string[]) => void;
let dealFields: FieldDefinition[];
let refreshCatalog: Connection['refreshCatalog'];
let outbox: KommoOutbox;

beforeEach(() => {
  calls = [];
  answer = () => {};
  dealFields = [STATUS];
  refreshCatalog = () => Promise.reject(new Error('not expected'));
  outbox = {
    claim: async (actions) => new Set(actions.map(({ id }) => id)),
    laterReports: async () => new Map(),
    findWritten: async () => new Map(),
  };
});

function note(id: number, text: string, more: Partial<OutboxRow> = {}): OutboxRow {
  return row(id, { kind: 'note', dealId: id, text }, more);
}

function setField(id: number, value: string, field = 'email_status'): OutboxRow {
  return row(id, { kind: 'set_field', dealId: id, field, value });
}

function row(id: number, payload: KommoAction, more: Partial<OutboxRow> = {}): OutboxRow {
  const subject = `deal:${payload.dealId}`;
  const base = { id, kind: payload.kind, payload, subject, attempts: 0, priority: 0, failure: null };
  return { ...base, ...more } as OutboxRow;
}

async function deliver(...unit: OutboxRow[]) {
  const write = async (items: { requestId: string }[], textOf: (item: never) => string) => {
    const texts = items.map((item) => textOf(item as never));
    calls.push(texts);
    answer(texts);
    return new Map(items.map(({ requestId }, index) => [requestId, 100 + index]));
  };
  const kommo = {
    addNotes: (items: never[]) => write(items, ({ text }: { text: string }) => text),
    updateDeals: (items: never[]) => write(items, (item: object) => JSON.stringify(item)),
  };
  const connection = {
    name: 'acme',
    kommo,
    catalog: { dealFields },
    refreshCatalog,
  } as unknown as Connection;
  const clock = { now: () => 1_000_000 };
  const result = await deliverBatch(unit, {
    connection,
    outbox,
    batchSize: new BatchSize(),
    clock,
    monotonic: clock,
    random: () => 0,
  });
  const outcomes = Object.fromEntries(
    result.outcomes.map(({ id, state, failure }) => [id, failure === null ? state : `${state}: ${failure}`]),
  );
  return { ...result, outcomes, attempts: result.attempts.map(({ call, outcome }) => `${call}: ${outcome}`) };
}

const REFUSED = new DeliveryError('permanent', 'Kommo refused adding notes (400).', { status: 400 });

describe('a lease', () => {
  it('that was lost before the call: nothing is sent, and the lane waits', async () => {
    outbox.claim = async () => new Set();
    const { outcomes, destinationError } = await deliver(note(1, 'a'), note(2, 'b'));
    expect(calls).toEqual([]);
    expect(outcomes).toEqual({});
    expect(destinationError).toMatchObject({ failure: 'throttled' });
  });

  it('that was lost and won again: only what is still ours is sent', async () => {
    outbox.claim = async () => new Set([2]);
    expect((await deliver(note(1, 'a'), note(2, 'b'))).outcomes).toEqual({ 2: 'done' });
    expect(calls).toEqual([['b']]);
  });

  it('that is lost while Kommo is slow: what Kommo has accepted is reported as done all the same', async () => {
    answer = () => {
      outbox.claim = async () => new Set();
    };
    expect((await deliver(note(1, 'a'))).outcomes).toEqual({ 1: 'done' });
  });

  it('that is lost while Kommo is read back: the limiter refuses the call, and the outcome stays unknown', async () => {
    outbox.findWritten = () => Promise.reject(new DeliveryError('throttled', 'The lease is lost.'));
    const { outcomes, destinationError } = await deliver(note(1, 'a', { failure: 'unknown' }), note(2, 'b'));
    expect(outcomes).toEqual({ 1: 'ready: unknown', 2: 'ready: throttled' });
    expect(destinationError).toMatchObject({ message: 'The lease is lost.' });
    expect(calls).toEqual([]);
  });
});

describe('what an earlier call without an answer has written', () => {
  it('is not written again', async () => {
    outbox.findWritten = async () => new Map([[1, '900']]);
    const { outcomes, attempts } = await deliver(
      note(1, 'a', { failure: 'unknown' }),
      note(2, 'b', { failure: 'unknown' }),
      note(3, 'c'),
    );
    expect(outcomes).toEqual({ 1: 'done', 2: 'done', 3: 'done' });
    expect(calls).toEqual([['b', 'c']]);
    expect(attempts).toEqual(['read back: note: 1 of 2 found', 'POST /api/v4/leads/notes: accepted']);
  });

  it('holds back later notes of its deal for as long as it cannot be read', async () => {
    outbox.findWritten = () => Promise.reject(new DeliveryError('retryable', 'No answer.'));
    const { outcomes } = await deliver(
      note(1, 'a', { failure: 'unknown', subject: 'deal:5' }),
      note(2, 'b', { subject: 'deal:5' }),
      note(3, 'c'),
    );
    expect(outcomes).toEqual({ 1: 'ready: unknown', 2: 'ready: throttled', 3: 'done' });
  });
});

describe('a refusal', () => {
  it('of named items takes those out, and writes the others once', async () => {
    answer = (texts) => {
      if (texts.includes('bad'))
        throw new DeliveryError('permanent', 'x', { items: new Map([[1, 'Too long.']]) });
    };
    expect((await deliver(note(1, 'a'), note(2, 'bad'), note(3, 'c'))).outcomes).toEqual({
      1: 'done',
      2: 'dead: permanent',
      3: 'done',
    });
    expect(calls).toEqual([
      ['a', 'bad', 'c'],
      ['a', 'c'],
    ]);
  });

  it('of named items that leaves the others unknown reads them back first', async () => {
    answer = () => {
      throw new DeliveryError('permanent', 'x', {
        items: new Map([[0, 'Too long.']]),
        otherItems: 'unknown',
      });
    };
    expect((await deliver(note(1, 'bad'), note(2, 'b'))).outcomes).toEqual({
      1: 'dead: permanent',
      2: 'ready: unknown',
    });
  });

  it('of a batch without names halves it until the item is found', async () => {
    answer = (texts) => {
      if (texts.includes('bad')) throw REFUSED;
    };
    const { outcomes } = await deliver(note(1, 'a'), note(2, 'b'), note(3, 'bad'), note(4, 'd'));
    expect(outcomes).toEqual({ 1: 'done', 2: 'done', 3: 'dead: permanent', 4: 'done' });
  });

  it('whose second half meets a 429 leaves that half as it was', async () => {
    answer = (texts) => {
      if (texts.length > 1) throw REFUSED;
      throw new DeliveryError('throttled', 'Slow down.');
    };
    const { outcomes, destinationError } = await deliver(note(1, 'a'), note(2, 'b'));
    expect(outcomes).toEqual({ 1: 'ready: throttled', 2: 'ready: throttled' });
    expect(destinationError).toMatchObject({ message: 'Slow down.' });
    expect(calls).toEqual([['a', 'b'], ['a']]);
  });
});

it.each([
  ['a note', note(1, 'a'), 'ready: unknown'],
  ['a field', setField(1, 'a'), 'ready: retryable'],
])(
  '%s is taken for perhaps written only if a second one would be seen, where our own code fails after the call',
  async (_what, action, outcome) => {
    answer = () => {
      throw new TypeError('a bug');
    };
    expect((await deliver(action)).outcomes).toEqual({ 1: outcome });
  },
);

describe('a field change', () => {
  it('that a later report has overtaken is dropped', async () => {
    outbox.laterReports = async () => new Map([[1, 'unsubscribed']]);
    expect((await deliver(setField(1, 'opened'), setField(2, 'clicked'))).outcomes).toEqual({
      1: 'dropped',
      2: 'done',
    });
  });

  it('of a field that was created since is written after the catalog is read again', async () => {
    dealFields = [];
    refreshCatalog = async () =>
      ({ dealFields: [STATUS] }) as Awaited<ReturnType<Connection['refreshCatalog']>>;
    expect((await deliver(setField(1, 'opened'))).outcomes).toEqual({ 1: 'done' });
  });

  it('of a field that does not exist is a dead letter, and holds up no other', async () => {
    refreshCatalog = async () => ({ dealFields }) as Awaited<ReturnType<Connection['refreshCatalog']>>;
    const { outcomes } = await deliver(setField(1, 'opened', 'gone'), setField(2, 'opened'));
    expect(outcomes).toEqual({ 1: 'dead: permanent', 2: 'done' });
  });

  it('whose catalog cannot be read is no call that was sent: the trace names the reading', async () => {
    dealFields = [];
    refreshCatalog = () => Promise.reject(new DeliveryError('retryable', 'No answer.'));
    const { outcomes, attempts } = await deliver(setField(1, 'opened'));
    expect(calls).toEqual([]);
    expect(attempts).toEqual(['read the catalog: retryable']);
    expect(outcomes).toEqual({ 1: 'ready: retryable' });
  });
});
