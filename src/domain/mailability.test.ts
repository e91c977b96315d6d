import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOfFields, type Mailability, type MailFact, mailability } from './mailability.ts';

const ADDRESS = 'ann@example.com';

const fact = (name: string, occurredAt: number, part: Partial<MailFact> = {}): MailFact => ({
  name,
  occurredAt,
  address: ADDRESS,
  ...part,
});
const stateOf = (...reports: MailFact[]): Mailability => mailability({ address: ADDRESS, reports });

describe('a client', () => {
  it('can get email where nothing speaks against it', () => {
    expect(stateOf()).toEqual({ state: 'mailable', since: null });
    expect(stateOf(fact('email_opened', 1), fact('email_failed', 2))).toMatchObject({ state: 'mailable' });
  });

  it('without an address gets no email, whatever else is known', () => {
    expect(mailability({ address: null, reports: [fact('email_unsubscribed', 5)] })).toEqual({
      state: 'no_address',
      since: null,
    });
  });

  it.each(['email_unsubscribed', 'customer_unsubscribed', 'sms_unsubscribed', 'in_app_unsubscribed'])(
    'is unsubscribed after %s, since the first one',
    (name) => {
      expect(stateOf(fact(name, 9), fact(name, 5))).toEqual({ state: 'unsubscribed', since: 5 });
    },
  );

  it.each(['email_spammed', 'whatsapp_spammed'])('has complained after %s, unsubscribed or not', (name) => {
    const reports = [fact('email_unsubscribed', 4), fact(name, 5)];
    expect(stateOf(...reports)).toEqual({ state: 'complained', since: 5 });
  });

  it.each(['customer_subscribed', 'email_subscribed'])('can get email again after a later %s', (name) => {
    expect(stateOf(fact('email_unsubscribed', 5), fact(name, 6)).state).toBe('mailable');
    expect(stateOf(fact('email_spammed', 5), fact(name, 6)).state).toBe('mailable');
  });

  it('stays opted out where both happened within one second', () => {
    expect(stateOf(fact('customer_subscribed', 5), fact('email_unsubscribed', 5)).state).toBe('unsubscribed');
  });

  it('stays opted out although she opened an email afterwards', () => {
    expect(stateOf(fact('email_unsubscribed', 5), fact('email_opened', 6)).state).toBe('unsubscribed');
  });

  it('is unsubscribed where the preferences switch email off, and not where they leave out a topic', () => {
    const name = 'customer_cio_subscription_preferences_changed';
    const changed = (at: number, preferences: object) =>
      fact(name, at, { preferences: JSON.stringify(preferences) });
    expect(stateOf(changed(5, { channels: { email: false } }))).toEqual({ state: 'unsubscribed', since: 5 });
    expect(
      stateOf(changed(5, { channels: { email: false } }), changed(6, { channels: { email: true } })).state,
    ).toBe('mailable');
    expect(stateOf(changed(5, { topics: { topic_1: false } })).state).toBe('mailable');
    expect(stateOf(fact(name, 5, { preferences: 'no JSON' }), fact(name, 5)).state).toBe('mailable');
  });
});

describe('an address', () => {
  it('has bounced until an email arrives', () => {
    expect(stateOf(fact('email_delivered', 4), fact('email_bounced', 5))).toEqual({
      state: 'bounced',
      since: 5,
    });
    expect(stateOf(fact('email_bounced', 5), fact('email_sent', 6)).state).toBe('bounced');
    expect(stateOf(fact('email_bounced', 5), fact('email_delivered', 6)).state).toBe('mailable');
  });

  it('has not bounced where another address of the client has', () => {
    expect(stateOf(fact('email_bounced', 5, { address: 'old@example.com' })).state).toBe('mailable');
    expect(stateOf(fact('email_bounced', 5, { address: null })).state).toBe('bounced');
  });

  it('whose mail server refused for now only has not bounced', () => {
    expect(stateOf(fact('email_bounced', 5, { failureMessage: '452 4.2.2 mailbox full' })).state).toBe(
      'mailable',
    );
    expect(stateOf(fact('email_bounced', 5, { failureMessage: '550 5.1.1 unknown' })).state).toBe('bounced');
  });

  it('does not bounce by text message', () => {
    expect(stateOf(fact('sms_bounced', 5)).state).toBe('mailable');
  });

  it('is suppressed where Customer.io dropped an email, until it sends one', () => {
    expect(stateOf(fact('email_dropped', 5))).toEqual({ state: 'suppressed', since: 5 });
    expect(stateOf(fact('email_dropped', 5), fact('email_sent', 6)).state).toBe('mailable');
  });

  it('that bounced is named as such although emails were dropped afterwards', () => {
    expect(stateOf(fact('email_bounced', 5), fact('email_dropped', 6))).toEqual({
      state: 'bounced',
      since: 5,
    });
  });

  it('matters less than the person’s own word', () => {
    expect(stateOf(fact('email_bounced', 7), fact('email_unsubscribed', 5)).state).toBe('unsubscribed');
  });
});

describe('status fields', () => {
  const states = (field: Parameters<typeof factsOfFields>[0][string]) =>
    stateOf(...factsOfFields({ email_status: field }));

  it('remember an opt-out after the reports are gone', () => {
    expect(states({ value: 'bounced', at: 9, by: 'email_bounced', optOutAt: 5 })).toEqual({
      state: 'unsubscribed',
      since: 5,
    });
    expect(states({ value: 'no', at: 5, by: 'email_spammed', optOutAt: 5 }).state).toBe('complained');
    expect(states({ value: 'yes', at: 6, by: 'customer_subscribed', optOutAt: 5, optInAt: 6 }).state).toBe(
      'mailable',
    );
  });

  it('of older versions are read by their value', () => {
    expect(states({ value: 'unsubscribed', at: 5 })).toEqual({ state: 'unsubscribed', since: 5 });
    expect(states({ value: 'spam', at: 5 }).state).toBe('complained');
    expect(states({ value: 'subscribed', at: 5 }).state).toBe('mailable');
  });
});

const anyFact = fc.record({
  name: fc.constantFrom(
    'email_unsubscribed',
    'customer_subscribed',
    'email_spammed',
    'email_bounced',
    'email_dropped',
    'email_sent',
    'email_delivered',
    'email_opened',
    'customer_cio_subscription_preferences_changed',
  ),
  occurredAt: fc.integer({ min: 1, max: 6 }),
  address: fc.constantFrom(ADDRESS, 'old@example.com', null),
  preferences: fc.constantFrom(null, '{"channels":{"email":false}}', '{"channels":{"email":true}}'),
});

it('comes to the same in every order of arrival, however often a report is repeated', () => {
  const shuffled = fc
    .array(anyFact, { maxLength: 12 })
    .chain((reports) =>
      fc.tuple(
        fc.constant(reports),
        fc.shuffledSubarray([...reports, ...reports], { minLength: 2 * reports.length }),
      ),
    );
  fc.assert(
    fc.property(shuffled, ([reports, other]) => {
      expect(stateOf(...other)).toEqual(stateOf(...reports));
    }),
  );
});

it('an opt-out holds unless an opt-in is later', () => {
  fc.assert(
    fc.property(fc.array(anyFact, { maxLength: 12 }), (reports) => {
      const last = (names: RegExp) =>
        Math.max(0, ...reports.filter(({ name }) => names.test(name)).map(({ occurredAt }) => occurredAt));
      const out = last(/_(unsubscribed|spammed)$/);
      if (out === 0 || out < last(/_subscribed$/)) return;
      expect(['unsubscribed', 'complained']).toContain(stateOf(...reports).state);
    }),
  );
});
