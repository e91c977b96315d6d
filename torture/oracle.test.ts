import { describe, expect, it } from 'vitest';
import { type Actual, compare } from './compare.ts';
import type { ObservedMove, ObservedReport } from './observed.ts';
import { judge } from './oracle.ts';

const START = 1_700_000_000_000;
const ANN = 'ann@example.com';
const WON = 142;
const DEMO = 12345678;
const NO_RULE = 12345677;

const move = (stageId: number, second: number, part: Partial<ObservedMove> = {}): ObservedMove => {
  const at = START + second * 1000;
  return { dealId: 5, person: ANN, stageId, at, reportedAt: at + 100, ...part };
};
const report = (name: string, second: number, part: Partial<ObservedReport> = {}): ObservedReport => {
  const at = START / 1000 + second;
  const texts = { subject: 'Hello', href: 'https://example.com/', failureMessage: 'full' };
  return {
    name,
    person: ANN,
    deliveryId: 'd1',
    isMachine: false,
    at,
    acceptedAt: at * 1000 + 100,
    ...texts,
    ...part,
  };
};
const options = { inactiveAfterMs: 40_000, firstNames: new Map([[ANN, 'Ann']]) };
const verdict = (moves: ObservedMove[], reports: ObservedReport[] = []) => judge(moves, reports, options);
const counts = (moves: ObservedMove[], reports: ObservedReport[] = []) =>
  verdict(moves, reports).effects.map(({ kind, what, least, most }) => [kind, what, least, most]);

describe('the oracle', () => {
  it('expects an event and a note of each move into a stage with a rule, and nothing of others', () => {
    expect(counts([move(NO_RULE, 0), move(DEMO, 5), move(NO_RULE, 9), move(DEMO, 14)])).toEqual([
      ['event', 'demo_scheduled', 2, 2],
      ['note', `Event 'demo_scheduled' sent to Customer.io for ${ANN}`, 2, 2],
    ]);
  });

  it.each([
    ['nothing is opened', [], 1, 1],
    ['an email is opened', [report('email_opened', 5)], 0, 0],
    ['only a machine opens one', [report('email_opened', 5, { isMachine: true })], 1, 1],
    ['an open is heard of too late', [report('email_opened', 5, { acceptedAt: START + 60_000 })], 0, 1],
    ['the open came before', [report('email_opened', -5)], 1, 1],
  ] as const)('expects the task for silence after a won deal where %s', (_why, reports, least, most) => {
    const found = verdict([move(WON, 0)], [...reports]).effects.filter(({ what }) =>
      /reach out to Ann|inactive/.test(what),
    );
    expect(found.map((effect) => [effect.least, effect.most])).toEqual([
      [least, most],
      [least, most],
    ]);
  });

  it('expects one note for a message’s first open by a person, and one for each click', () => {
    const reports = [
      report('email_opened', 5, { isMachine: true }),
      report('email_opened', 6),
      report('email_opened', 7),
      report('email_clicked', 8),
      report('email_clicked', 9),
      report('email_clicked', 10, { isMachine: true }),
    ];
    expect(counts([move(NO_RULE, 0)], reports)).toEqual([
      ['note', 'Client opened email (Hello)', 1, 1],
      ['note', 'Clicked link in email Hello: https://example.com/', 2, 2],
    ]);
  });

  it('expects one task for one change of the status, and the last value in the field', () => {
    const reports = [
      'email_unsubscribed',
      'email_unsubscribed',
      'customer_subscribed',
      'email_unsubscribed',
    ].map((name, index) => report(name, index * 5));
    const { effects, fields } = verdict([move(NO_RULE, 0)], reports);
    expect(effects).toMatchObject([{ kind: 'task', least: 2 }]);
    expect(fields).toEqual([{ dealId: 5, value: 'unsubscribed' }]);
  });

  it('asks for the order of two moves only where the first was told before the second happened', () => {
    expect(verdict([move(DEMO, 0), move(WON, 5)]).orders).toHaveLength(1);
    expect(verdict([move(DEMO, 0, { reportedAt: null }), move(WON, 5)]).orders).toHaveLength(0);
    expect(verdict([move(DEMO, 0, { reportedAt: START + 9_000 }), move(WON, 5)]).orders).toHaveLength(0);
  });
});

describe('the comparison', () => {
  const DEMO_NOTE = `Event 'demo_scheduled' sent to Customer.io for ${ANN}`;
  const WON_NOTE = "Campaign 'deal_won' launched in Customer.io";
  const expected = verdict([move(DEMO, 0), move(WON, 5)], [report('email_opened', 6)]);
  const OPENED = 'Client opened email (Hello)';
  const actual = (part: Partial<Actual> = {}): Actual => ({
    events: new Map([
      [
        ANN,
        [
          { name: 'demo_scheduled', at: START / 1000 },
          { name: 'deal_won', at: START / 1000 + 5 },
        ],
      ],
    ]),
    notes: new Map([[5, [DEMO_NOTE, WON_NOTE, OPENED]]]),
    tasks: new Map(),
    fields: new Map(),
    ...part,
  });

  it('finds nothing wrong where all is there once', () => {
    expect(compare(expected, actual())).toEqual({
      expected: 5,
      lost: [],
      doubled: [],
      strange: [],
      wrongFields: [],
      outOfOrder: [],
    });
  });

  it('finds what is missing, what is there twice, and what nobody expects', () => {
    const found = compare(
      expected,
      actual({ notes: new Map([[5, [DEMO_NOTE, DEMO_NOTE, WON_NOTE, 'Boo']]]) }),
    );
    expect(found.lost).toEqual([`note on deal 5 of ${ANN}: ${OPENED}`]);
    expect(found.doubled).toEqual([`note on deal 5 of ${ANN}: ${DEMO_NOTE}`]);
    expect(found.strange).toEqual(['note/5/Boo']);
  });

  it('finds events and notes that stand in the wrong order', () => {
    const events = new Map([[ANN, (actual().events.get(ANN) ?? []).toReversed()]]);
    expect(compare(expected, actual({ events })).outOfOrder).toEqual([
      `${ANN}: deal_won before demo_scheduled`,
    ]);
    const notes = new Map([[5, [WON_NOTE, DEMO_NOTE, OPENED]]]);
    expect(compare(expected, actual({ notes })).outOfOrder).toHaveLength(1);
  });

  it('finds a field that has another value', () => {
    const fields = new Map([[5, 'subscribed']]);
    expect(compare(expected, actual({ fields })).wrongFields).toEqual([
      'deal 5: subscribed instead of empty',
    ]);
  });
});
