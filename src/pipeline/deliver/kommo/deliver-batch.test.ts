import { beforeEach, describe, expect, it } from 'vitest';
import type { KommoAction } from '../../../domain/actions.ts';
import type { FieldDefinition, User } from '../../../domain/entities.ts';
import { DeliveryError } from '../../../domain/errors.ts';
import type { Connection } from '../../connection.ts';
import type { OutboxRow } from '../outbox.ts';
import { BatchSize } from './batch.ts';
import { deliverBatch, type KommoOutbox } from './deliver-batch.ts';
import { RefusalEvidence } from './refusal-evidence.ts';

const STATUS: FieldDefinition = { id: 7, name: 'email_status', code: null, type: 'text', options: null };

/** The texts of each call to Kommo, and what Kommo does with them. */
let calls: string[][];
let answer: (texts: string[]) => void;
const catalogOf = (fields: FieldDefinition[], users: User[] = []) =>
  ({ dealFields: fields, users, account: { timezone: 'UTC' } }) as unknown as Connection['catalog'];

let dealFields: FieldDefinition[];
let users: User[];
let taskUser: string | null;
let evidence: RefusalEvidence;
/** What a read of the deals gives. */
let readDeals: (ids: number[]) => Map<number, unknown>;
let refreshCatalog: Connection['refreshCatalog'];
let outbox: KommoOutbox;

beforeEach(() => {
  calls = [];
  answer = () => {};
  dealFields = [STATUS];
  users = [];
  taskUser = null;
  evidence = new RefusalEvidence();
  readDeals = (ids) => new Map(ids.map((id) => [id, {}]));
  refreshCatalog = () => Promise.reject(new Error('not expected'));
  outbox = {
    claim: async (actions) => new Set(actions.map(({ id }) => id)),
    laterReports: async () => new Map(),
    createdTasks: async (eventIds) => new Map(eventIds.map((id) => [id, 900 + id])),
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
    deals: async (ids: number[]) => readDeals(ids),
    addTasks: (items: never[]) => write(items, (item: object) => JSON.stringify(item)),
    closeTasks: (items: never[]) => write(items, (item: object) => JSON.stringify(item)),
    updateDeals: (items: never[]) => write(items, (item: object) => JSON.stringify(item)),
  };
  const connection = {
    name: 'acme',
    kommo,
    catalog: catalogOf(dealFields, users),
    taskUser,
    refreshCatalog,
  } as unknown as Connection;
  const clock = { now: () => 1_000_000 };
  const result = await deliverBatch(unit, {
    connection,
    outbox,
    batchSize: new BatchSize(),
    evidence,
    clock,
    monotonic: clock,
    random: () => 0,
  });
  const outcomes = Object.fromEntries(
    result.outcomes.map(({ id, state, failure }) => [id, failure === null ? state : `${state}: ${failure}`]),
  );
  const warnings = result.outcomes.flatMap((outcome) => outcome.warnings);
  return {
    ...result,
    outcomes,
    warnings,
    attempts: result.attempts.map(({ call, outcome }) => `${call}: ${outcome}`),
  };
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

describe('a refusal that names no item', () => {
  const UNEXPLAINED = new DeliveryError(
    'permanent',
    'Kommo refused adding notes (400). Kommo says: Error code 244. If the error persists, contact our support team',
    { status: 400 },
  );
  const OTHER = new DeliveryError('permanent', 'Kommo refused adding notes (400).', { status: 400 });
  const refuseAll = (error: DeliveryError) => {
    answer = () => {
      throw error;
    };
  };

  it('is trouble of the account where Kommo can be read no more: the lane waits, and no attempt is used up', async () => {
    refuseAll(OTHER);
    readDeals = () => {
      throw OTHER;
    };
    const { outcomes, destinationError } = await deliver(note(1, 'a'));
    expect(outcomes).toEqual({ 1: 'ready: throttled' });
    expect(destinationError?.message).toMatch(/^Kommo answers every call with 400 and names no item/);
    expect(destinationError).toMatchObject({ retryAfterMs: 5_000 });
    expect((await deliver(note(1, 'a'))).destinationError).toMatchObject({ retryAfterMs: 10_000 });
  });

  it('is trouble of the account where its text says so', async () => {
    refuseAll(UNEXPLAINED);
    expect((await deliver(note(1, 'a'), note(2, 'b'))).outcomes).toEqual({
      1: 'ready: throttled',
      2: 'ready: throttled',
    });
  });

  it('of everything is trouble of the account, found out by few calls', async () => {
    refuseAll(OTHER);
    const { outcomes } = await deliver(...Array.from({ length: 64 }, (_, n) => note(n + 1, `n${n}`)));
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['ready: throttled']));
    expect(Object.keys(outcomes)).toHaveLength(64);
    expect(calls.length).toBeLessThan(15);
  });

  it('of one write alone is tried again, since nothing says whose fault it is', async () => {
    refuseAll(OTHER);
    expect((await deliver(note(1, 'a'))).outcomes).toEqual({ 1: 'ready: retryable' });
  });

  it('of a write about a deal that is gone is a dead letter', async () => {
    refuseAll(OTHER);
    readDeals = () => new Map();
    expect((await deliver(note(1, 'a'))).outcomes).toEqual({ 1: 'dead: permanent' });
  });

  it.each([OTHER, UNEXPLAINED])(
    'is the fault of a write that is refused while others are accepted: %s',
    async (error) => {
      answer = (texts) => {
        if (texts.includes('bad')) throw error;
      };
      await deliver(note(1, 'bad'));
      await deliver(note(2, 'good'));
      await deliver(note(1, 'bad'));
      expect((await deliver(note(1, 'bad'))).outcomes).toEqual({ 1: 'dead: permanent' });
    },
  );

  it('of bad writes at the head does not hold up the others', async () => {
    answer = (texts) => {
      if (texts.some((text) => text.startsWith('bad'))) throw UNEXPLAINED;
    };
    const bad = Array.from({ length: 6 }, (_, n) => note(n + 1, `bad ${n}`));
    const good = Array.from({ length: 4 }, (_, n) => note(n + 11, `good ${n}`));
    const { outcomes } = await deliver(...bad, ...good);
    expect(bad.map(({ id }) => outcomes[id])).toEqual(bad.map(() => 'dead: permanent'));
    expect(good.map(({ id }) => outcomes[id])).toEqual(good.map(() => 'done'));
  });
});

describe('closing a task', () => {
  const close = (id: number) =>
    row(id, { kind: 'close_task', dealId: 5, eventId: id, taskId: null, text: 'Corrected' });

  it('is written with Kommo’s id of the task that the event has led to', async () => {
    const { outcomes } = await deliver(close(1));
    expect(outcomes).toEqual({ 1: 'done' });
    expect(calls.flat()).toEqual([expect.stringContaining('"taskId":901')]);
  });

  it('is dropped where the task was never written', async () => {
    outbox.createdTasks = async () => new Map();
    expect((await deliver(close(1))).outcomes).toEqual({ 1: 'dropped' });
    expect(calls).toEqual([]);
  });

  it('is dropped where Kommo has no such task any more', async () => {
    answer = () => {
      throw new DeliveryError('permanent', 'x', { items: new Map([[0, 'Task not found']]) });
    };
    expect((await deliver(close(1))).outcomes).toEqual({ 1: 'dropped' });
  });
});

describe('a refused write that can be repaired', () => {
  const task = (id: number, responsibleUserId: number | null) =>
    row(id, { kind: 'task', dealId: id, text: 'Call', dueAt: 1, responsibleUserId });

  it('a task of a colleague who has left goes to the token’s user, with a warning', async () => {
    users = [{ id: 77, name: 'Boris', email: '', isActive: false }];
    const { outcomes, warnings } = await deliver(task(1, 77));
    expect(outcomes).toEqual({ 1: 'done' });
    expect(calls.flat()).toEqual([expect.stringContaining('"responsibleUserId":null')]);
    expect(warnings).toEqual([
      'The responsible user Boris is deactivated: the task went to the user whose token Stagepost uses.',
    ]);
  });

  it.each(['Carla', 'carla@acme.example', '5'])('or to %s, whom the configuration names', async (name) => {
    users = [
      { id: 77, name: 'Boris', email: '', isActive: false },
      { id: 5, name: 'Carla', email: 'carla@acme.example', isActive: true },
    ];
    taskUser = name;
    const { warnings } = await deliver(task(1, 77));
    expect(calls.flat()).toEqual([expect.stringContaining('"responsibleUserId":5')]);
    expect(warnings).toEqual(['The responsible user Boris is deactivated: the task went to Carla.']);
  });

  it('so does one that Kommo refuses for its user', async () => {
    answer = (texts) => {
      const index = texts.findIndex((text) => text.includes(':77'));
      if (index >= 0)
        throw new DeliveryError('permanent', 'x', {
          items: new Map([[index, 'The value you selected is not a valid choice. (responsible_user_id)']]),
        });
    };
    const { outcomes, warnings } = await deliver(task(1, 5), task(2, 77));
    expect(outcomes).toEqual({ 1: 'done', 2: 'done' });
    expect(warnings).toEqual([
      expect.stringContaining('the task went to the user whose token Stagepost uses'),
    ]);
  });

  it('a text that is too long is cut to what Kommo takes, and the other fields of the deal are set', async () => {
    dealFields = [STATUS, { ...STATUS, id: 9, name: 'Reason', type: 'textarea', options: null }];
    answer = (texts) => {
      const index = texts.findIndex((text) => text.includes('x'.repeat(100)));
      if (index >= 0)
        throw new DeliveryError('permanent', 'x', {
          items: new Map([
            [
              index,
              'This value is too long. It should have 50 characters or less. (custom_fields_values.1.values.0.value)',
            ],
          ]),
        });
    };
    const reason = { ...setField(2, 'x'.repeat(300), 'Reason'), subject: 'deal:1' };
    const { outcomes, warnings } = await deliver(setField(1, 'opened'), reason);
    expect(outcomes).toEqual({ 1: 'done', 2: 'done' });
    expect(warnings).toEqual([expect.stringContaining('cut to 50 characters')]);
  });

  it('a text field is cut beforehand', async () => {
    dealFields = [{ ...STATUS, type: 'text', options: null }];
    const { outcomes, warnings } = await deliver(setField(1, 'x'.repeat(300)));
    expect(outcomes).toEqual({ 1: 'done' });
    expect(calls.flat()[0]).toContain(`${'x'.repeat(255)}…"`);
    expect(warnings).toEqual(['The text for the deal field "email_status" was cut to 256 characters.']);
  });

  it('a complaint about a deal that names no field costs only the field at fault', async () => {
    dealFields = [STATUS, { ...STATUS, id: 9, name: 'Other' }];
    answer = (texts) => {
      if (texts.some((text) => text.includes('"fieldId":9')))
        throw new DeliveryError('permanent', 'x', {
          items: new Map(texts.map((_, index) => [index, 'The item is not valid.'])),
        });
    };
    const other = { ...setField(2, 'clicked', 'Other'), subject: 'deal:1' };
    expect((await deliver(setField(1, 'opened'), other)).outcomes).toEqual({
      1: 'done',
      2: 'dead: permanent',
    });
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
    refreshCatalog = async () => catalogOf([STATUS]);
    expect((await deliver(setField(1, 'opened'))).outcomes).toEqual({ 1: 'done' });
  });

  it('of a field that was deleted in Kommo has the catalog read again, for what is retried later', async () => {
    let reads = 0;
    refreshCatalog = async () => {
      reads += 1;
      return catalogOf([]);
    };
    const complaint = 'The value you selected is not a valid choice. (custom_fields_values.0.field_id)';
    answer = () => {
      throw new DeliveryError('permanent', 'refused', { status: 400, items: new Map([[0, complaint]]) });
    };
    expect((await deliver(setField(1, 'opened'))).outcomes).toEqual({ 1: 'dead: permanent' });
    expect(reads).toBe(1);
  });

  it('of a field that does not exist is a dead letter, and holds up no other', async () => {
    refreshCatalog = async () => catalogOf(dealFields);
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
