import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type KommoSimulator, startKommoSimulator } from '../../../simulators/kommo/index.ts';
import type { KommoAction } from '../../../src/domain/actions.ts';
import type { FieldDefinition } from '../../../src/domain/entities.ts';
import { cutCharacters } from '../../../src/lib/cut-characters.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { startLane } from '../../support/lane-rig.ts';

/**
 * One bad item harms nobody: the good ones are written once, in order; of the bad ones those that can be repaired are written with
 * less, and the others say why.
 */

let database: Database;
let kommo: KommoSimulator;
/** What the account has seen of each deal, in its order. */
let seen: { dealId: number; what: string }[] = [];

beforeAll(async () => {
  database = await openTestDatabase('postgres');
  kommo = await startKommoSimulator({ rateLimit: false });
  kommo.on((happening) => {
    if (happening.kind === 'note_added') saw(happening.note.entityId, happening.note.text);
    if (happening.kind === 'task_added') saw(happening.task.entityId ?? 0, happening.task.text);
    if (happening.kind === 'deal_updated') saw(happening.deal.id, String(happening.deal.fields.email_status));
  });
});

afterEach(() => {
  Object.assign(kommo.switches, {
    noteTextMax: null,
    notFoundInBatch: 'apply_others',
    gatewayTimeoutAbove: null,
  });
  kommo.requests.clear();
  seen = [];
});

afterAll(async () => {
  await kommo.close();
  await database.close();
});

const saw = (dealId: number, what: string) => void seen.push({ dealId, what });
const seenOf = (dealId: number) => seen.filter((one) => one.dealId === dealId).map(({ what }) => what);

/** The account's own field as the catalog knew it, with an option that is gone, and a field that is gone. */
const FIELDS: FieldDefinition[] = [
  {
    id: 700_102,
    name: 'email_status',
    code: null,
    type: 'select',
    options: [
      { id: 900_203, value: 'bounced' },
      { id: 999_203, value: 'gone' },
    ],
  },
  { id: 799_102, name: 'Gone', code: null, type: 'text', options: null },
];

const note = (dealId: number, text: string): KommoAction => ({ kind: 'note', dealId, text });
const task = (dealId: number, text: string, responsibleUserId: number | null = null): KommoAction => ({
  kind: 'task',
  dealId,
  text,
  dueAt: 1_900_000_000,
  responsibleUserId,
});
const field = (dealId: number, name: string, value: string): KommoAction => ({
  kind: 'set_field',
  dealId,
  field: name,
  value,
});

interface Sort {
  good(dealId: number): KommoAction;
  bad(dealId: number): KommoAction;
  /** What the good one looks like in the account. */
  shown: string;
  /** The destination's own words about the bad one. */
  words: RegExp;
  /** What the bad one looks like where it is written with less. */
  repaired?: string;
  /** The bad one is good, but its deal was deleted meanwhile. */
  dealIsGone?: boolean;
}

const LIMIT = 40;
const NOTE = { good: (id: number) => note(id, 'fine'), shown: 'fine' };
const TASK = { good: (id: number) => task(id, 'call'), shown: 'call' };
const FIELD = { good: (id: number) => field(id, 'email_status', 'bounced'), shown: 'bounced' };
const GONE = { words: /Lead not found/, dealIsGone: true };

const SORTS: Record<string, Sort> = {
  'a note over the limit': {
    ...NOTE,
    bad: (id) => note(id, 'x'.repeat(LIMIT + 1)),
    words: /too long.*params\.text/,
    repaired: `${'x'.repeat(LIMIT - 1)}…`,
  },
  'a task for a user who is gone': {
    ...TASK,
    bad: (id) => task(id, 'call', 987_654),
    words: /not a valid choice.*responsible_user_id/,
    repaired: 'call',
  },
  'an option that is gone': {
    ...FIELD,
    bad: (id) => field(id, 'email_status', 'gone'),
    words: /not a valid choice.*custom_fields_values/,
  },
  'a field that is gone': {
    ...FIELD,
    bad: (id) => field(id, 'Gone', 'x'),
    words: /not a valid choice.*field_id/,
  },
  'a note to a deal that is gone': { ...NOTE, bad: NOTE.good, ...GONE },
  'a task on a deal that is gone': { ...TASK, bad: TASK.good, ...GONE },
  'a field of a deal that is gone': { ...FIELD, bad: FIELD.good, ...GONE },
};

const CASES = Object.keys(SORTS).flatMap((name) =>
  (['apply_others', 'apply_none'] as const)
    .filter((position) => SORTS[name]!.dealIsGone || position === 'apply_others')
    .map((notFoundInBatch) => ({ name, notFoundInBatch })),
);

/** Which of n items are bad. */
const PICKS: Record<string, (index: number, n: number) => boolean> = {
  one: (index, n) => index === Math.floor(n / 2),
  several: (index) => index % 3 !== 1,
  all: () => true,
};

describe.each(CASES)('$name ($notFoundInBatch)', ({ name, notFoundInBatch }) => {
  const sort = SORTS[name]!;
  const rounds = [2, 3, 7, 50].flatMap((n) => Object.keys(PICKS).map((pick) => ({ n, pick })));

  it.each(rounds)('$pick of $n', async ({ n, pick }) => {
    Object.assign(kommo.switches, { noteTextMax: LIMIT, notFoundInBatch });
    const deals = Array.from({ length: n }, () => kommo.createDeal({}).id);
    const isBad = (dealId: number) => PICKS[pick]!(deals.indexOf(dealId), n);
    await using rig = await startLane({ database, url: kommo.url, token: kommo.token, fields: FIELDS });
    await rig.put(deals.map((id) => (isBad(id) ? sort.bad(id) : sort.good(id))));
    await rig.put(deals.map((id) => note(id, 'later')));
    if (sort.dealIsGone) for (const id of deals.filter(isBad)) kommo.deleteDeal(id);
    await rig.drain();

    const expected = (id: number) => {
      if (!isBad(id) || sort.repaired !== undefined) return [isBad(id) ? sort.repaired : sort.shown, 'later'];
      return sort.dealIsGone ? [] : ['later'];
    };
    expect(deals.map((id) => seenOf(id))).toEqual(deals.map(expected));
    const dead = (await rig.rows()).filter((row) => row.state === 'dead');
    const refused = sort.repaired === undefined ? deals.filter(isBad) : [];
    expect(dead.map((row) => row.deal_id)).toEqual([...refused, ...(sort.dealIsGone ? refused : [])]);
    for (const row of dead) expect(row.error).toMatch(sort.words);
  });
});

describe('any mixture', () => {
  const sorts = Object.values(SORTS).filter((sort) => !sort.dealIsGone);
  const item = fc.record({
    deal: fc.nat(5),
    sort: fc.constantFrom(...sorts),
    isBad: fc.boolean(),
  });
  const world = fc.record({
    items: fc.array(item, { minLength: 1, maxLength: 30 }),
    gone: fc.uniqueArray(fc.nat(5), { maxLength: 2 }),
    notFoundInBatch: fc.constantFrom('apply_others' as const, 'apply_none' as const),
    gatewayTimeoutAbove: fc.constantFrom(null, 1, 3, 8),
    gatewayTimeoutApplies: fc.boolean(),
  });

  it('is written as far as it is good: once each, and in order for each deal', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ items, gone, ...switches }) => {
        Object.assign(kommo.switches, { noteTextMax: LIMIT, ...switches });
        seen = [];
        const deals = Array.from({ length: 6 }, () => kommo.createDeal({}).id);
        await using rig = await startLane({ database, url: kommo.url, token: kommo.token, fields: FIELDS });
        // A number tells equal texts apart. A field keeps its last value only, so it is looked at below.
        const actions = items.map(({ deal, sort, isBad }, index) => {
          const action = isBad ? sort.bad(deals[deal]!) : sort.good(deals[deal]!);
          return 'text' in action ? { ...action, text: `${action.text} ${index}` } : action;
        });
        await rig.put(actions);
        for (const deal of gone) kommo.deleteDeal(deals[deal]!);
        await rig.drain();

        const isWritten = ({ sort, isBad }: (typeof items)[number]) => !isBad || sort.repaired !== undefined;
        const isGood = (index: number) => isWritten(items[index]!) && !gone.includes(items[index]!.deal);
        const rows = await rig.rows();
        expect(rows.map((row) => row.state)).toEqual(
          items.map((_, index) => (isGood(index) ? 'done' : 'dead')),
        );
        for (const id of deals) {
          const good = actions.filter((action, index) => action.dealId === id && isGood(index));
          const texts = good.flatMap((action) =>
            'text' in action ? [cutCharacters(action.text, LIMIT)] : [],
          );
          expect(seenOf(id).filter((what) => what !== 'bounced')).toEqual(texts);
          const isSet = good.some((action) => action.kind === 'set_field');
          expect(kommo.deal(id)?.fields.email_status ?? null).toBe(isSet ? 'bounced' : null);
        }
      }),
      { numRuns: 30 },
    );
  });
});
