import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MailReport } from '../events.ts';
import { entriesOfReport } from './entries-of-report.ts';
import { type ClientFold, foldLedger } from './fold.ts';
import type { LedgerEntry } from './ledger-entry.ts';

const ADDRESS = 'ann@example.com';
const PREFERENCES = 'customer_cio_subscription_preferences_changed';

interface Part {
  recipient?: string;
  failure?: string;
  preferences?: object;
  values?: MailReport['values'];
  deliveryId?: string;
}

/** The entries of a report; its id is made of all it says, so that the same report twice is a repetition. */
function reported(name: string, occurredAt: number, part: Part = {}): LedgerEntry[] {
  const { recipient = ADDRESS, failure, preferences, values, deliveryId = null } = part;
  return entriesOfReport({
    kind: 'mail_report',
    name,
    reportId: JSON.stringify([name, occurredAt, part]),
    person: { id: 'ann', email: ADDRESS, cioId: 'c1' },
    occurredAt,
    deliveryId,
    machine: false,
    values: {
      ...(name.startsWith('email_') ? { recipient } : {}),
      ...(failure === undefined ? {} : { failure_message: failure }),
      ...(preferences === undefined ? {} : { content: JSON.stringify(preferences) }),
      about: name.startsWith('email_') ? 'message' : 'person',
      ...values,
    },
  });
}
const fold = (...entries: LedgerEntry[][]): ClientFold => foldLedger(entries.flat(), ADDRESS);
const stateOf = (...entries: LedgerEntry[][]) => fold(...entries).state;

describe('a client', () => {
  it('can get email where nothing speaks against it', () => {
    expect(fold()).toMatchObject({ state: 'mailable', since: null });
    expect(stateOf(reported('email_opened', 1), reported('email_failed', 2))).toBe('mailable');
  });

  it('without an address gets no email, whatever else is known', () => {
    expect(foldLedger(reported('email_unsubscribed', 5), null)).toMatchObject({
      state: 'no_address',
      since: null,
    });
  });

  it.each(['email_unsubscribed', 'customer_unsubscribed', 'sms_unsubscribed', 'in_app_unsubscribed'])(
    'is unsubscribed after %s, since the first one',
    (name) => {
      expect(fold(reported(name, 9), reported(name, 5))).toMatchObject({ state: 'unsubscribed', since: 5 });
    },
  );

  it('who stops the text messages of one sender still gets email', () => {
    const stop = reported('sms_unsubscribed', 5, { values: { about: 'message' }, deliveryId: 'd1' });
    expect(fold(stop)).toMatchObject({ state: 'mailable', consent: { channels: new Map([['sms', false]]) } });
  });

  it.each(['email_spammed', 'whatsapp_spammed'])('has complained after %s, unsubscribed or not', (name) => {
    expect(fold(reported('email_unsubscribed', 4), reported(name, 5))).toMatchObject({
      state: 'complained',
      since: 5,
    });
  });

  it.each(['customer_subscribed', 'email_subscribed', 'push_subscribed'])(
    'can get email again after a later %s',
    (name) => {
      expect(stateOf(reported('email_unsubscribed', 5), reported(name, 6))).toBe('mailable');
      expect(stateOf(reported('email_spammed', 5), reported(name, 6))).toBe('mailable');
    },
  );

  it('stays opted out where both happened within one second', () => {
    expect(stateOf(reported('customer_subscribed', 5), reported('email_unsubscribed', 5))).toBe(
      'unsubscribed',
    );
  });

  it('stays opted out although she opened an email afterwards', () => {
    expect(stateOf(reported('email_unsubscribed', 5), reported('email_opened', 6))).toBe('unsubscribed');
  });
});

describe('subscription preferences', () => {
  const changed = (at: number, preferences: object) => reported(PREFERENCES, at, { preferences });

  it('opt out of email with its channel, and in again', () => {
    expect(fold(changed(5, { channels: { email: false } }))).toMatchObject({
      state: 'unsubscribed',
      since: 5,
    });
    expect(
      stateOf(changed(5, { channels: { email: false } }), changed(6, { channels: { email: true } })),
    ).toBe('mailable');
    expect(stateOf(changed(5, { channels: { push: false } }))).toBe('mailable');
  });

  it('opt out with the last topic, and in again with any', () => {
    const one = changed(5, { topics: { topic_1: false, topic_2: true } });
    const none = changed(6, { topics: { topic_2: false } });
    expect(stateOf(one)).toBe('mailable');
    expect(fold(one, none)).toMatchObject({ state: 'unsubscribed', since: 6 });
    expect(stateOf(one, none, changed(7, { topics: { topic_1: true } }))).toBe('mailable');
  });

  it('do not end an opt-out of everything', () => {
    expect(stateOf(reported('email_unsubscribed', 5), changed(6, { topics: { topic_1: true } }))).toBe(
      'unsubscribed',
    );
  });

  it('that are not known, because the webhook sends no content, change nothing', () => {
    expect(stateOf(reported(PREFERENCES, 5))).toBe('mailable');
    expect(stateOf(reported(PREFERENCES, 5, { values: { content: '{"topics":{"topic_1":fal…' } }))).toBe(
      'mailable',
    );
    expect(stateOf(changed(5, { topics: { topic_1: 'no' }, channels: [false] }))).toBe('mailable');
  });
});

describe('an address', () => {
  it('has bounced until an email arrives', () => {
    expect(fold(reported('email_delivered', 4), reported('email_bounced', 5))).toMatchObject({
      state: 'bounced',
      since: 5,
    });
    expect(stateOf(reported('email_bounced', 5), reported('email_sent', 6))).toBe('bounced');
    expect(stateOf(reported('email_bounced', 5), reported('email_delivered', 6))).toBe('mailable');
  });

  it('has not bounced where another address of the client has', () => {
    expect(stateOf(reported('email_bounced', 5, { recipient: 'old@example.com' }))).toBe('mailable');
    expect(stateOf(reported('email_bounced', 5, { recipient: `Boss <boss@x.com>, Ann <${ADDRESS}>` }))).toBe(
      'bounced',
    );
  });

  it.each([
    '452 4.2.2 mailbox full',
    'smtp; 421 try again later',
    '4.4.1 connection timed out',
    '"450 busy"',
  ])('has not bounced for good after %j', (failure) => {
    expect(stateOf(reported('email_bounced', 5, { failure }))).toBe('mailable');
  });

  it.each(['550 5.1.1 unknown', '550 4.2.2 odd', 'user 421 is unknown', ''])(
    'has bounced for good after %j',
    (failure) => {
      expect(stateOf(reported('email_bounced', 5, { failure }))).toBe('bounced');
    },
  );

  it('does not bounce by text message', () => {
    expect(stateOf(reported('sms_bounced', 5))).toBe('mailable');
  });

  it('is suppressed where Customer.io dropped an email, until it sends one', () => {
    expect(fold(reported('email_dropped', 5))).toMatchObject({ state: 'suppressed', since: 5 });
    expect(stateOf(reported('email_dropped', 5), reported('email_sent', 6))).toBe('mailable');
  });

  it('is not suppressed any more once somebody has lifted the suppression', () => {
    const lifted = (at: number): LedgerEntry[] => [
      { ...reported('email_sent', at)[0]!, kind: 'suppression_lifted', source: 'console' },
    ];
    expect(stateOf(reported('email_bounced', 5), lifted(6))).toBe('mailable');
    expect(stateOf(reported('email_bounced', 6), lifted(6))).toBe('bounced');
  });

  it('that bounced is named as such although emails were dropped afterwards', () => {
    expect(fold(reported('email_bounced', 5), reported('email_dropped', 6))).toMatchObject({
      state: 'bounced',
      since: 5,
    });
  });

  it('matters less than the person’s own word', () => {
    expect(stateOf(reported('email_bounced', 7), reported('email_unsubscribed', 5))).toBe('unsubscribed');
  });
});

const anyReport = fc
  .record({
    name: fc.constantFrom(
      'email_unsubscribed',
      'customer_unsubscribed',
      'customer_subscribed',
      'email_spammed',
      'email_bounced',
      'email_dropped',
      'email_sent',
      'email_delivered',
      'email_opened',
      PREFERENCES,
    ),
    at: fc.integer({ min: 1, max: 6 }),
    recipient: fc.constantFrom(ADDRESS, 'old@example.com'),
    preferences: fc.constantFrom(
      undefined,
      { channels: { email: false } },
      { channels: { email: true } },
      { topics: { a: false, b: false } },
      { topics: { a: true } },
      { topics: { b: false } },
    ),
  })
  .map(({ name, at, recipient, preferences }) =>
    reported(name, at, { recipient, ...(preferences ? { preferences } : {}) }),
  );

it('comes to the same in every order of arrival, however often a report is repeated', () => {
  const shuffled = fc
    .array(anyReport, { maxLength: 12 })
    .chain((reports) =>
      fc.tuple(
        fc.constant(reports),
        fc.shuffledSubarray([...reports, ...reports], { minLength: 2 * reports.length }),
      ),
    );
  fc.assert(
    fc.property(shuffled, ([reports, other]) => {
      expect(fold(...other)).toEqual(fold(...reports));
    }),
    { numRuns: 500 },
  );
});

it('an opt-out holds unless an opt-in is later, whatever else is reported', () => {
  fc.assert(
    fc.property(fc.array(anyReport, { maxLength: 12 }), (reports) => {
      const last = (kinds: string[]) =>
        Math.max(
          0,
          ...reports
            .flat()
            .filter(({ kind }) => kinds.includes(kind))
            .map(({ at }) => at),
        );
      const out = last(['opt_out', 'complaint']);
      if (out === 0 || out < last(['opt_in'])) return;
      expect(['unsubscribed', 'complained']).toContain(stateOf(...reports));
    }),
    { numRuns: 500 },
  );
});

describe('preferences that were read back', () => {
  const read = (unsubscribed: boolean, topics: Record<string, boolean>) =>
    entriesOfReport({
      ...{ kind: 'mail_report', name: PREFERENCES, reportId: 'r', occurredAt: 5, deliveryId: null },
      ...{ person: { id: 'ann', email: ADDRESS, cioId: null }, machine: false, values: {} },
      readBack: { preferences: { unsubscribed, topics }, warnings: [] },
    });

  it('are an opt-out where every topic is off, or everything is', () => {
    expect(stateOf(read(false, { topic_1: false, topic_2: false }))).toBe('unsubscribed');
    expect(stateOf(read(true, { topic_1: true }))).toBe('unsubscribed');
    expect(stateOf(read(false, { topic_1: false, topic_2: true }))).toBe('mailable');
  });

  it('end no opt-out by not being unsubscribed, which is the default', () => {
    expect(stateOf(reported('customer_unsubscribed', 1), read(false, { topic_1: true }))).toBe(
      'unsubscribed',
    );
  });
});

describe('topics that are switched on both sides', () => {
  const offInKommo = (at: number): LedgerEntry => ({
    ...{ key: `deal:1:email_status:${at}`, at, source: 'kommo', name: 'email_unsubscribed', who: 'Maria' },
    ...{ kind: 'topic_off', scope: 'topic_1', address: null },
    names: { identifier: 'ann', email: ADDRESS, cioId: null },
  });
  const report = (at: number, topic_1: boolean, topic_2: boolean) =>
    reported(PREFERENCES, at, { preferences: { topics: { topic_1, topic_2 } } });
  const isOn = (...entries: LedgerEntry[][]) => fold(...entries).consent.topics.get('topic_1');

  it('a report that repeats that a topic is on does not end an opt-out that is on its way to Customer.io', () => {
    expect(isOn(report(10, true, true), [offInKommo(1_000)], report(5_000, true, false))).toBe(false);
  });

  it('a topic that Customer.io had off and that is on again is the client’s word', () => {
    const echo = report(1_001, false, true);
    expect(isOn(report(10, true, true), [offInKommo(1_000)], echo, report(5_000, true, true))).toBe(true);
    expect(isOn(report(5_000, true, true), echo, [offInKommo(1_000)], report(10, true, true))).toBe(true);
  });
});
