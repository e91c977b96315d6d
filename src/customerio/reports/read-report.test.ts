import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MailReport } from '../../domain/events.ts';
import { readReport } from './read-report.ts';

const folder = new URL('../../../test/samples/customerio/', import.meta.url);

/** The body of a sample; signed samples hold it as a text. */
function sample(name: string): string {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8');
  const parsed = JSON.parse(text);
  return typeof parsed.body === 'string' ? parsed.body : text;
}

const bodies = readdirSync(folder)
  .filter((name) => name !== 'signature_vector.json')
  .map((name) => sample(name.replace(/\.json$/, '')));

function read(body: unknown, receivedAt?: number): MailReport {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reading = readReport(Buffer.from(text), receivedAt);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.report;
}

function withData(data: object, more: object = {}): MailReport {
  return read({
    event_id: 'e1',
    object_type: 'email',
    metric: 'opened',
    timestamp: 1772013598,
    data,
    ...more,
  });
}

const known = { id: 'user-123', email: 'test@example.com', cioId: 'd9c106000001' };

describe('readReport', () => {
  it.each([
    ['signed_opened_by_a_person', 'email_opened', known, false],
    ['signed_opened_Apple_MPP_machine_prefetch', 'email_opened', known, true],
    ['signed_opened_inferred_from_a_click', 'email_opened', known, false],
    ['signed_opened_flags_absent_older_shape_must_sti', 'email_opened', known, false],
    [
      'signed_opened_email_only_person_id_null',
      'email_opened',
      { id: null, email: 'lead@example.com', cioId: 'd9c106000002' },
      false,
    ],
    ['signed_clicked_by_a_person', 'email_clicked', known, false],
    ['signed_clicked_by_a_scanner', 'email_clicked', known, true],
    ['signed_converted', 'email_converted', known, false],
    ['signed_dropped_provider_suppression_list', 'email_dropped', known, false],
    ['signed_failed_schema_has_no_recipient', 'email_failed', known, false],
    ['signed_attempted_schema_has_neither_subject_nor', 'email_attempted', known, false],
    ['signed_spammed', 'email_spammed', known, false],
    ['signed_undeliverable', 'email_undeliverable', known, false],
    ['signed_unsubscribed_via_the_link_in_a_newslette', 'email_unsubscribed', known, false],
    [
      'signed_bounced_for_a_deleted_person_customer_id',
      'email_bounced',
      { id: null, email: 'test@example.com', cioId: 'd9c106000001' },
      false,
    ],
    [
      'email_bounced_newsletter',
      'email_bounced',
      { id: '0200102', email: 'test@example.com', cioId: null },
      false,
    ],
    [
      'email_clicked_broadcast',
      'email_clicked',
      { id: '0200102', email: 'test@example.com', cioId: null },
      false,
    ],
    [
      'email_delivered_transactional_identifie',
      'email_delivered',
      { id: 'user-123', email: 'test@example.com', cioId: '7ef807109981' },
      false,
    ],
    [
      'customer_subscribed',
      'customer_subscribed',
      { id: '0200102', email: 'test@example.com', cioId: null },
      false,
    ],
    [
      'customer_unsubscribed',
      'customer_unsubscribed',
      { id: '0200102', email: 'test@example.com', cioId: null },
      false,
    ],
    [
      'customer_unsubscribed_with_all_identifi',
      'customer_unsubscribed',
      { id: '42', email: 'test@example.com', cioId: 'd9c106000001' },
      false,
    ],
    [
      'docs_customer_subscribed',
      'customer_subscribed',
      { id: '42', email: 'test@example.com', cioId: 'd9c106000001' },
      false,
    ],
    ['docs_email_sent', 'email_sent', { id: '42', email: 'test@example.com', cioId: 'd9c106000001' }, false],
    ['docs_sms_sent', 'sms_sent', { id: '42', email: 'test@example.com', cioId: 'd9c106000001' }, false],
    [
      'cio_subscription_preferences_changed',
      'email_cio_subscription_preferences_changed',
      { id: '42', email: 'test@example.com', cioId: null },
      false,
    ],
    [
      'legacy_email_opened',
      'email_opened',
      { id: '5abd08c4aede0354c3000363', email: 'ann+dt7@example.com', cioId: null },
      false,
    ],
  ])('reads %s', (name, expected, person, machine) => {
    const body = sample(name);
    const raw = JSON.parse(body);
    expect(read(body)).toMatchObject({
      kind: 'mail_report',
      name: expected,
      person,
      machine,
      reportId: raw.event_id,
      occurredAt: raw.timestamp,
      deliveryId: raw.data.delivery_id ?? raw.data.email_id ?? null,
    });
  });

  it('gives reaction texts what the report says', () => {
    expect(read(sample('signed_clicked_by_a_person')).values).toEqual({
      object_type: 'email',
      metric: 'clicked',
      about: 'message',
      occurred_at: 1692633437,
      delivery_id: 'RAECAAFwnUSneIa0ZXkmq8EdkAM=',
      subject: 'Thanks for signing up',
      href: 'https://example.com/a?utm_source=cio',
      link_id: 1,
      machine: false,
      recipient: 'test@example.com',
      customer_id: 'user-123',
      campaign_id: 23,
      action_id: 42,
      parent_action_id: 41,
      journey_id: '01H000000000000000000JRNY1',
      trigger_event_id: '01H000000000000000000TRGR1',
    });
    expect(read(sample('legacy_email_opened')).values).toMatchObject({
      subject: 'How trials work',
      campaign_name: 'How trials work',
      delivery_id: 'ZI6aBAABYnJ3muVry9xcBjL7Aj-e',
      about: 'message',
    });
    expect(read(sample('email_bounced_newsletter')).values).toMatchObject({
      newsletter_id: 736,
      failure_message: '550 5.5.0 Requested action not taken: mailbox unavailable',
    });
  });

  it.each([
    ['cio_subscription_preferences_changed', { topics: { topic_7: false } }],
    ['subscription_preferences_changed', '{"topics":{"topic_7":false}}'],
  ])('keeps the preferences of %s, written as %j', (metric, content) => {
    expect(withData({ content }, { object_type: 'customer', metric }).values.content).toBe(
      '{"topics":{"topic_7":false}}',
    );
  });

  it('keeps the content of a preferences report, and no other content', () => {
    expect(read(sample('cio_subscription_preferences_changed')).values.content).toBe(
      '{"topics": {"topic_7": false, "topic_8": true}}',
    );
    expect(withData({ content: '<p>Hello</p>' }).values).not.toHaveProperty('content');
  });

  it('writes one line about it', () => {
    const summaryOf = (body: string) => {
      const reading = readReport(Buffer.from(body));
      return reading.ok ? reading.summary : reading.reason;
    };
    expect(summaryOf(sample('signed_opened_Apple_MPP_machine_prefetch'))).toBe(
      'email opened by a machine: Thanks for signing up (test@example.com)',
    );
    expect(summaryOf(sample('customer_unsubscribed'))).toBe('customer unsubscribed (test@example.com)');
  });
});

describe('email and unsubscribed together', () => {
  const metric = { metric: 'unsubscribed' };

  it('keeps one name, and tells a message from a person’s settings by email_address', () => {
    const message = withData({ recipient: 'a@example.com', subject: 'News', delivery_id: 'd' }, metric);
    const settings = withData({ email_address: 'a@example.com', customer_id: '1' }, metric);
    expect([message.name, message.values.about]).toEqual(['email_unsubscribed', 'message']);
    expect([settings.name, settings.values.about]).toEqual(['email_unsubscribed', 'person']);
    expect(settings.person).toEqual({ id: '1', email: 'a@example.com', cioId: null });
  });

  it('takes an email_address of null for settings too', () => {
    expect(withData({ email_address: null }, metric).values.about).toBe('person');
  });

  it('takes the older format’s email_address for nothing', () => {
    const legacy = { event_type: 'email_unsubscribed', event_id: 'e', timestamp: 1522339032 };
    expect(read({ ...legacy, data: { email_address: 'a@example.com', email_id: 'd' } }).values.about).toBe(
      'message',
    );
  });
});

describe('the older format', () => {
  it.each([
    ['in_app_opened', 'in_app', 'opened'],
    ['sms_clicked', 'sms', 'clicked'],
    ['customer_unsubscribed', 'customer', 'unsubscribed'],
    ['customer_subscription_preferences_changed', 'customer', 'subscription_preferences_changed'],
  ])('splits %s', (type, objectType, metric) => {
    const report = read({ event_type: type, event_id: 'e', timestamp: 1522339032, data: {} });
    expect(report.name).toBe(type);
    expect(report.values).toMatchObject({ object_type: objectType, metric });
  });
});

describe('the person', () => {
  it.each([
    ['identifiers before the mirror', { identifiers: { id: '42' }, customer_id: '7' }, '42'],
    ['the mirror where identifiers have none', { identifiers: { id: null }, customer_id: '7' }, '7'],
    ['blank as nobody', { identifiers: { id: ' ' }, customer_id: '' }, null],
    ['a number as its digits', { identifiers: { id: 42 } }, '42'],
    ['an object as nobody', { identifiers: { id: { a: 1 } } }, null],
    ['a list of identifiers as none', { identifiers: ['42'] }, null],
  ])('has as id: %s', (_, data, id) => expect(withData(data).person.id).toBe(id));

  it.each([
    [
      'identifiers first',
      { identifiers: { email: ' Ann@Example.COM ' }, email_address: 'b@x.io', recipient: 'c@x.io' },
      'email',
      'ann@example.com',
    ],
    ['then email_address', { email_address: 'Bob <B@x.io>', recipient: 'c@x.io' }, 'email', 'b@x.io'],
    ['then the recipient of an email', { recipient: '"C" <C@x.io>' }, 'email', 'c@x.io'],
    ['the first of several recipients', { recipient: 'c@x.io, d@x.io' }, 'email', 'c@x.io'],
    ['no recipient of an sms', { recipient: 'c@x.io' }, 'sms', null],
    ['no slack channel', { recipient: '#sales' }, 'slack', null],
    ['no URL', { recipient: 'https://u@example.com' }, 'webhook', null],
    ['no text that is none', { identifiers: { email: 'not an email' } }, 'email', null],
  ])('has as email: %s', (_, data, type, email) => {
    expect(withData(data, { object_type: type }).person.email).toBe(email);
  });
});

describe('recipients', () => {
  it.each([
    ['several in one value', { recipient: 'a@x.io, Bob <B@x.io>' }, 'email', ['a@x.io', 'b@x.io']],
    ['none', {}, 'email', []],
    ['no phone of an sms', { recipient: '+15551234567' }, 'sms', []],
    ['no text', { recipient: ['a@x.io'] }, 'email', []],
    ['none of a list that is too long to be read', { recipient: 'a@x.io, '.repeat(501) }, 'email', []],
  ])('are read: %s', (_, data, type, recipients) => {
    expect(withData(data, { object_type: type }).recipients).toEqual(recipients);
  });

  it('are no name of a person whom Customer.io names by an identifier', () => {
    const identifiers = { id: '501', email: 'ann@x.io' };
    expect(withData({ recipient: 'boss@x.io', identifiers: { id: '501' } }).person).toEqual({
      ...{ id: '501', email: 'boss@x.io', cioId: null },
      emailIsRecipient: true,
    });
    expect(withData({ recipient: 'boss@x.io', identifiers }).person.emailIsRecipient).toBeUndefined();
    expect(withData({ recipient: 'boss@x.io' }).person.emailIsRecipient).toBeUndefined();
  });
});

describe('machines', () => {
  it.each([
    ['opened', { prefetched: true }, true],
    ['opened', { prefetched: false, proxied: true }, false],
    ['opened', { proxied: true }, false],
    ['opened', { synthetic: true }, false],
    ['opened', { prefetched: 'true' }, false],
    ['opened', {}, false],
    ['clicked', { machine: true }, true],
    ['clicked', { machine: false }, false],
    ['clicked', { prefetched: true }, false],
    ['delivered', { machine: true }, false],
  ])('%s with %j: %s', (metric, data, machine) => expect(withData(data, { metric }).machine).toBe(machine));
});

describe('what is missing or odd', () => {
  it('makes an id that is the same for the same bytes and differs for others', () => {
    const first = withData({}, { event_id: undefined }).reportId;
    expect(first).toMatch(/^body-[0-9a-f]{40}$/);
    expect(withData({}, { event_id: '' }).reportId).toMatch(/^body-/);
    expect(withData({}, { event_id: undefined }).reportId).toBe(first);
    expect(withData({ a: 1 }, { event_id: undefined }).reportId).not.toBe(first);
  });

  it('takes the time from the ULID, then from the receipt, where the timestamp is missing', () => {
    const none = { timestamp: undefined };
    expect(withData({}, { ...none, event_id: '01E4C8BES5XT87ZWRJFTB35YJ3' }).occurredAt).toBeGreaterThan(
      1585254347,
    );
    expect(read({ object_type: 'email', metric: 'sent' }, 1772013598).occurredAt).toBe(1772013598);
    const reading = readReport(Buffer.from('{"object_type":"email","metric":"sent"}'));
    expect(reading).toMatchObject({ ok: false, reason: expect.stringContaining('timestamp') });
  });

  it.each([
    [1772013598, 1772013598],
    ['1772013598', 1772013598],
    [1772013598123, 1772013598],
    [1772013598.9, 1772013598],
    [0, 99999999],
    [-5, 99999999],
    [1e300, 99999999],
    [null, 99999999],
  ])('reads the timestamp %j', (timestamp, expected) => {
    const body = { event_id: 'e', object_type: 'email', metric: 'sent', timestamp };
    const receivedAt = 1_800_000_000;
    expect(read(body, receivedAt).occurredAt).toBe(expected === 99999999 ? receivedAt : expected);
  });

  it.each([1, 60, 3_600, 86_400, 10 * 365 * 86_400])('dates no report %d s after its arrival', (ahead) => {
    const receivedAt = 1_772_013_598;
    const body = { event_id: 'e', object_type: 'email', metric: 'opened', timestamp: receivedAt + ahead };
    const report = read(body, receivedAt);
    expect(report.occurredAt).toBe(receivedAt);
    expect(report.values.occurred_at).toBe(receivedAt);
    expect(read({ ...body, timestamp: (receivedAt + ahead) * 1000 }, receivedAt).occurredAt).toBe(receivedAt);
  });

  it.each([
    '',
    'null',
    '[]',
    '"x"',
    '[{"object_type":"email"}]',
    '{',
    'NaN',
    '<html>',
    '{"object_type":"email"}',
    '{"metric":"sent"}',
    '{"event_type":"opened"}',
    '{"event_type":"email_"}',
    '{"object_type":"Email; drop","metric":"sent"}',
  ])('refuses %j in words', (body) => {
    const reading = readReport(Buffer.from(body), 1772013598);
    expect(reading).toMatchObject({ ok: false, reason: expect.stringMatching(/\.$/) });
  });

  it('lets new types and metrics through, since a rule may name them', () => {
    expect(withData({}, { object_type: 'carrier_pigeon', metric: 'landed' }).name).toBe(
      'carrier_pigeon_landed',
    );
  });

  it('reads on after broken UTF-8 and a byte order mark', () => {
    const body = Buffer.from(
      JSON.stringify({
        event_id: 'e',
        object_type: 'email',
        metric: 'sent',
        timestamp: 1772013598,
        data: { subject: '?' },
      }),
    );
    body[body.lastIndexOf(0x3f)] = 0xff;
    const reading = readReport(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]));
    expect(reading).toMatchObject({ ok: true, report: { values: { subject: '\uFFFD' } } });
  });

  it('takes nothing from __proto__ and constructor, and gives nothing to them', () => {
    const report = read(
      '{"__proto__":{"metric":"opened"},"event_id":"e","object_type":"email","metric":"sent","timestamp":1772013598,' +
        '"data":{"__proto__":{"subject":"no","identifiers":{"id":"no"}},"constructor":{"prototype":{"x":1}}}}',
    );
    expect(report.name).toBe('email_sent');
    expect(report.person.id).toBeNull();
    expect(report.values).not.toHaveProperty('subject');
    expect(({} as Record<string, unknown>).subject).toBeUndefined();
  });

  it('has no name among the values that would hide the deal from a text', () => {
    const { values } = withData({ deal: 1, contact: 2, company: 3, subject: 'x', about: 'y' });
    expect(values).not.toHaveProperty('deal');
    expect(values).not.toHaveProperty('contact');
    expect(values.about).toBe('message');
  });

  it('survives a nesting of 200,000 levels', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const body = `{"event_id":"e","object_type":"email","metric":"sent","timestamp":1772013598,"data":{"subject":${deep}}}`;
    expect(read(body).values).not.toHaveProperty('subject');
    expect(readReport(Buffer.from('{"data":'.repeat(200_000))).ok).toBe(false);
  });
});

describe('whatever comes', () => {
  /** PostgreSQL refuses NUL and lone surrogates; a report that cannot be stored would stop the whole feed. */
  function expectStorable(body: Buffer): void {
    const reading = readReport(body, 1772013598);
    const texts: string[] = [];
    JSON.stringify(reading, (key, value) => {
      texts.push(key);
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    for (const text of texts) {
      expect(text.isWellFormed() && !text.includes('\0')).toBe(true);
      expect(text.length).toBeLessThanOrEqual(4000);
    }
    if (!reading.ok) return;
    expect(reading.report.reportId).not.toBe('');
    expect(reading.report.reportId.length).toBeLessThanOrEqual(200);
    for (const value of Object.values(reading.report.values))
      expect(value === null || typeof value !== 'object').toBe(true);
  }

  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => expectStorable(Buffer.from(bytes))));
  });

  it('never throws on any JSON, also at the places that are read', () => {
    const any = fc.jsonValue({ stringUnit: 'binary' });
    const odd = fc.oneof(any, fc.constantFrom('\0', '\ud800', 'x'.repeat(5000), Infinity, -0));
    const report = fc.record(
      {
        event_id: odd,
        object_type: fc.oneof(odd, fc.constant('email')),
        metric: fc.oneof(odd, fc.constant('opened')),
        event_type: odd,
        timestamp: odd,
        data: fc.oneof(
          odd,
          fc.record(
            {
              identifiers: fc.oneof(odd, fc.record({ id: odd, email: odd, cio_id: odd })),
              subject: odd,
              email_address: odd,
              recipient: odd,
              delivery_id: odd,
              customer_id: odd,
            },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(any, report), (value) => expectStorable(Buffer.from(JSON.stringify(value)))),
      { numRuns: 400 },
    );
  });

  it('never throws on samples with a few bytes changed', () => {
    const edit = fc.record({ at: fc.nat(2000), bytes: fc.uint8Array({ maxLength: 6 }), cut: fc.nat(4) });
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.array(edit, { maxLength: 4 }), (body, edits) => {
        let bytes = Buffer.from(body);
        for (const { at, bytes: put, cut } of edits) {
          const place = at % bytes.length;
          bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]);
          if (bytes.length === 0) return;
        }
        expectStorable(bytes);
      }),
      { numRuns: 400 },
    );
  });
});
