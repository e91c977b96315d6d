import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Campaign } from './campaign.ts';
import { awaitedEvents, coverageOf, sentEvents } from './coverage.ts';
import {
  coverageAdvice,
  describeEventCoverage,
  describeSegments,
  describeUnsent,
} from './describe-coverage.ts';

let nextId = 1;
const campaign = (event: string | null, part: Partial<Campaign> = {}): Campaign => ({
  id: nextId++,
  name: `On ${event}`,
  state: 'running',
  trigger: event === null ? 'segment' : 'event',
  event,
  ...part,
});

const sent = (...events: string[]) => events.map((event) => ({ event, from: [] }));
const cover = (events: string[], campaigns: Campaign[]) =>
  coverageOf(sent(...events), { campaigns, isCut: false });
/** What is said of the one event that is sent. */
const said = (event: string, campaigns: Campaign[]) =>
  describeEventCoverage(cover([event], campaigns).events[0]!);

describe('the events that running campaigns wait for', () => {
  it('are in the order of their names, each with its campaigns, without those that do not run', () => {
    const campaigns = [
      campaign('deal_won', { name: 'Welcome' }),
      campaign('deal_lost', { name: 'Win-back' }),
      campaign('deal_won', { name: 'Thanks' }),
      campaign('demo_done', { state: 'draft' }),
    ];
    expect(awaitedEvents(campaigns)).toEqual([
      { event: 'deal_lost', campaigns: ['Win-back'] },
      { event: 'deal_won', campaigns: ['Welcome', 'Thanks'] },
    ]);
  });
});

describe('the events that rules send', () => {
  it('are those of stages and timers, each once, with what sends them', () => {
    const rules = {
      stages: [
        { pipeline: 'Sales', stage: 'Won', event: 'deal_won' },
        { pipeline: 'Renewals', stage: 'Won', event: 'deal_won' },
        { pipeline: 'Sales', stage: 'Lost', event: ' ' },
      ],
      inactivity: [{ start: 'deal_won', event: 'deal_quiet' }],
    };
    expect(sentEvents(rules)).toEqual([
      {
        event: 'deal_won',
        from: [
          { kind: 'stage', pipeline: 'Sales', stage: 'Won' },
          { kind: 'stage', pipeline: 'Renewals', stage: 'Won' },
        ],
      },
      { event: 'deal_quiet', from: [{ kind: 'timer', start: 'deal_won' }] },
    ]);
  });
});

describe('what starts from an event', () => {
  it('is named', () => {
    expect(said('deal_won', [campaign('deal_won', { name: 'Thanks' })])).toBe(
      'deal_won starts the campaign "Thanks".',
    );
  });

  it('is named with others of the same name, the running ones only', () => {
    const list = [
      campaign('deal_won', { name: 'Old', state: 'stopped' }),
      campaign('deal_won', { name: 'Thanks' }),
      campaign('deal_won', { name: 'Thanks' }),
    ];
    expect(said('deal_won', list)).toBe('deal_won starts 2 campaigns: "Thanks" and "Thanks".');
  });

  it('is missed where no campaign has the event', () => {
    expect(said('deal_won', [campaign('signed_up')])).toBe(
      'deal_won is sent, but no running campaign starts from it.',
    );
  });

  it('is a draft or stopped, which is said', () => {
    const list = [
      campaign('deal_won', { name: 'New', state: 'draft' }),
      campaign('deal_won', { name: 'Old', state: 'stopped' }),
    ];
    expect(said('deal_won', list)).toBe(
      'deal_won is sent, but no running campaign starts from it. "New" is a draft, and "Old" is stopped.',
    );
  });

  it.each([
    ['Deal_Won', '"Deal_Won"'],
    ['deal_won ', '"deal_won " (with a space after it)'],
    [' deal_won', '" deal_won" (with a space before it)'],
    ['deal-won', '"deal-won"'],
    ['Deal Won', '"Deal Won"'],
    ['dealWon', '"dealWon"'],
    ['deal_wonn', '"deal_wonn"'],
  ])('a campaign that waits for "%s" is no campaign of deal_won, and is named', (event, shown) => {
    const { events, unsent } = cover(['deal_won'], [campaign(event, { name: 'Thanks' })]);
    expect(events[0]).toMatchObject({ status: 'none', similar: [{ event }] });
    expect(describeEventCoverage(events[0]!)).toContain(`The campaign "Thanks" waits for ${shown} instead.`);
    expect(unsent[0]).toMatchObject({ event, similarTo: 'deal_won' });
  });

  it.each(['deal_lost', 'stage_2', 'demo', 'won', 'deal_won_at_last'])(
    '"%s" is another event than deal_won, stage_1 or demo_done',
    (event) => {
      const { events } = cover(['deal_won', 'stage_1', 'demo_done'], [campaign(event)]);
      expect(events.flatMap(({ similar }) => similar)).toEqual([]);
    },
  );

  it('a campaign with a similar event is not named where one runs', () => {
    const list = [campaign('deal_won'), campaign('Deal_Won', { name: 'Copy' })];
    const { events, unsent } = cover(['deal_won'], list);
    expect(events[0]!.similar).toEqual([]);
    expect(describeUnsent(unsent[0]!)).toBe(
      'The campaign "Copy" waits for "Deal_Won", which no rule sends. The rules send "deal_won".',
    );
  });

  it.each([
    [[campaign('Deal_Won')], 'Write the name the same way in the rule and in the campaign: "deal_won".'],
    [[campaign('deal_won', { state: 'draft' })], 'Start the campaign in Customer.io.'],
    [[campaign('deal_won')], null],
  ])('leads to an advice', (list, advice) => {
    expect(coverageAdvice(cover(['deal_won'], list).events[0]!)).toBe(advice);
  });
});

describe('campaigns that wait for another event', () => {
  it('are those that run or are drafts; what other systems send comes last', () => {
    const list = [
      campaign('signed_up', { state: 'draft' }),
      campaign('paid'),
      campaign('old_event', { state: 'stopped' }),
      campaign('Deal won'),
    ];
    expect(cover(['deal_won'], list).unsent.map(({ event, similarTo }) => [event, similarTo])).toEqual([
      ['Deal won', 'deal_won'],
      ['paid', null],
      ['signed_up', null],
    ]);
  });

  it('are none that segments, dates or forms start: those are counted or left out', () => {
    const list = [campaign(null), campaign(null, { state: 'draft' }), campaign(null, { trigger: 'other' })];
    const coverage = cover(['deal_won'], list);
    expect(coverage).toMatchObject({ unsent: [], runningBySegment: 1 });
    expect(describeSegments(coverage)).toContain('1 running campaign starts from a segment.');
  });
});

describe('a large workspace', () => {
  it('is compared in a moment, and shows a bounded part', () => {
    const many = Array.from({ length: 5_000 }, (_, index) =>
      campaign(`event ${String.fromCodePoint(0x4e00 + index)}`),
    );
    const same = Array.from({ length: 60 }, () => campaign('deal_won', { state: 'draft' }));
    const events = Array.from(
      { length: 50 },
      (_, index) => `deal_event_${String.fromCodePoint(0x6000 + index)}`,
    );
    const before = performance.now();
    const { events: covered, unsent, unsentCount } = cover(['deal_won', ...events], [...many, ...same]);
    // Generous: some 30 ms.
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(covered[0]).toMatchObject({ status: 'idle', campaignCount: 60 });
    expect(covered[0]!.campaigns).toHaveLength(20);
    expect(unsent).toHaveLength(100);
    expect(unsentCount).toBe(5_000);
  });

  it('an event is covered exactly where a running campaign has its name, whatever else there is', () => {
    const names = fc.constantFrom(
      'a',
      'A',
      'a ',
      'deal_won',
      'Deal Won',
      'x',
      '',
      '_',
      '\u0000',
      'é',
      'e\u0301',
    );
    const one = fc.record({
      event: fc.option(names, { nil: null }),
      state: fc.constantFrom('running' as const, 'draft' as const, 'stopped' as const),
    });
    fc.assert(
      fc.property(fc.array(one), fc.uniqueArray(names), (list, events) => {
        const campaigns = list.map(({ event, state }) => campaign(event, { state }));
        for (const covered of cover(events, campaigns).events) {
          const own = list.filter(({ event }) => event === covered.event);
          const isRunning = own.some(({ state }) => state === 'running');
          expect(covered.status).toBe(isRunning ? 'running' : own.length > 0 ? 'idle' : 'none');
          expect(describeEventCoverage(covered)).not.toContain('undefined');
        }
      }),
    );
  });
});
