import { describe, expect, it } from 'vitest';
import { type Evidence, judgeSends, type LoggedEvent, type PlannedSend, rewordedTexts } from './evidence.ts';

const T = 1_796_000_000;

const send = (
  eventId: number,
  dealId: number,
  second = 0,
  person = `c${dealId}@example.com`,
): PlannedSend => ({
  ...{ eventId, dealId, texts: [`Note of ${dealId}`] },
  track: { kind: 'track', person, name: 'deal_won', data: {}, timestamp: T + second },
});
const logged = (second: number, part: Partial<LoggedEvent>): LoggedEvent => ({
  ...{ name: 'deal_won', at: T + second, person: [], dealId: null },
  ...part,
});
const judge = (sends: PlannedSend[], written: Evidence['written'], log: LoggedEvent[] | null) =>
  [
    ...judgeSends(sends, {
      written,
      logged: log === null ? new Map() : new Map([['deal_won', log]]),
      unanswered: new Set(),
    }),
  ]
    .sort(([a], [b]) => a.eventId - b.eventId)
    .map(([, state]) => state);

describe('without an answer of Customer.io', () => {
  it('an event whose note is on the deal was sent', () => {
    expect(judge([send(1, 5)], [{ id: 900, dealId: 5, text: 'Note of 5' }], null)).toEqual(['sent']);
  });

  it('nothing is known of the others', () => {
    expect(judge([send(1, 5)], [{ id: 900, dealId: 5, text: 'Call Ann' }], null)).toEqual(['unknown']);
    expect(judge([send(1, 5)], [{ id: 900, dealId: 6, text: 'Note of 5' }], null)).toEqual(['unknown']);
  });

  it('one note accounts for one event of a deal that entered its stage twice', () => {
    const note = { id: 900, dealId: 5, text: 'Note of 5' };
    expect(judge([send(1, 5), send(2, 5, 100)], [note], null).sort()).toEqual(['sent', 'unknown']);
  });

  it('all clients of an event share its note', () => {
    const sends = [send(1, 5, 0, 'a@example.com'), send(1, 5, 0, 'b@example.com')];
    expect(judge(sends, [{ id: 900, dealId: 5, text: 'Note of 5' }], null)).toEqual(['sent', 'sent']);
  });
});

describe('with Customer.io’s log', () => {
  it('an event that it has was sent, found by the deal or by the person in any case', () => {
    expect(judge([send(1, 5)], [], [logged(2, { dealId: 5 })])).toEqual(['sent']);
    const upper = send(1, 5, 0, 'Ann@Example.com');
    expect(judge([upper], [], [logged(2, { person: ['ann@example.com'] })])).toEqual(['sent']);
  });

  it('an event that it does not have was not sent', () => {
    expect(judge([send(1, 5)], [], [])).toEqual(['unsent']);
    expect(judge([send(1, 5)], [], [logged(-3_600, { dealId: 5 })])).toEqual(['unsent']);
    expect(judge([send(1, 5)], [], [logged(2, { dealId: 6, person: ['c5@example.com'] })])).toEqual([
      'unsent',
    ]);
  });

  it('each entry accounts for one event', () => {
    const twice = [send(1, 5), send(2, 5, 100)];
    expect(judge(twice, [], [logged(1, { dealId: 5 })])).toEqual(['sent', 'unsent']);
    expect(judge(twice, [], [logged(101, { dealId: 5 }), logged(1, { dealId: 5 })])).toEqual([
      'sent',
      'sent',
    ]);
  });

  it('a note counts also where the log lacks the event', () => {
    expect(judge([send(1, 5)], [{ id: 900, dealId: 5, text: 'Note of 5' }], [])).toEqual(['sent']);
  });
});

it('where Customer.io does not answer now, it is asked later', () => {
  const states = judgeSends([send(1, 5)], {
    written: [],
    logged: new Map(),
    unanswered: new Set(['deal_won']),
  });
  expect([...states.values()]).toEqual(['later']);
});

describe('a note of an event that was sent', () => {
  const planned = { ...send(1, 5), texts: ['Event sent for new@example.com, 900 EUR'] };
  const found = (text: string, dealId = 5) =>
    rewordedTexts([planned], [{ id: 900, dealId, text }]).get(1) ?? new Set();

  it('is recognised although a value in it has changed', () => {
    expect(found('Event sent for old@example.com, 900 EUR')).toEqual(new Set(planned.texts));
  });

  it('is no other note, and none of another deal', () => {
    expect(found('Call Ann about the event')).toEqual(new Set());
    expect(found('Event sent for old@example.com, 900 EUR', 6)).toEqual(new Set());
  });

  it('is left to the search for equal texts where it is word by word the same', () => {
    expect(found(planned.texts[0]!)).toEqual(new Set());
  });
});
