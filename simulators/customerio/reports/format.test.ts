import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workspace } from '../testing/workspace.ts';
import type { Json, ObjectType, Report } from '../types.ts';
import { wireBody } from './format.ts';
import { metrics, subscriptionNames } from './metrics.ts';
import { sign } from './signature.ts';

const folder = new URL('../../../test/samples/customerio/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const signed: [string, { secret: string; timestamp: string; signature: string; body: string }][] =
  readdirSync(folder)
    .filter((name) => name.startsWith('sign'))
    .map((name) => [name, read(name)]);

/** The same value with its keys in the opposite order. */
function backwards(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, backwards(one)]),
  );
}

test.each(signed)('%s has the signature we make', (_, { secret, timestamp, signature, body }) => {
  expect(sign(secret, timestamp, body)).toBe(signature);
});

test.each(signed.slice(1))('%s: the same report gives the same bytes', (_, { body }) => {
  const report = backwards(JSON.parse(body)) as unknown as Report;
  expect(wireBody(report, { format: 'current', withContent: false })).toBe(body);
});

describe('the fields of a report are those of the sample', () => {
  const fields = (sample: string) => Object.keys(JSON.parse(read(sample).body).data).sort();
  const own = (report: Report | undefined) => Object.keys(report?.data ?? {}).sort();

  async function mail() {
    const made = await workspace();
    await made.identify('user-123', { email: 'test@example.com' });
    await made.event('user-123', { name: 'deal_won' });
    const [message] = made.sim.mailbox('test@example.com');
    return { ...made, id: message?.deliveryId as string };
  }

  test('a person opens', async () => {
    const { sim, id } = await mail();
    expect(own(sim.open(id))).toEqual(fields('signed_opened_by_a_person.json'));
    expect(sim.open(id).data).toMatchObject({ prefetched: false, proxied: false });
  });

  test('Apple prefetches', async () => {
    const { sim, id } = await mail();
    const report = sim.open(id, { machine: 'apple' });
    expect(own(report)).toEqual(fields('signed_opened_Apple_MPP_machine_prefetch.json'));
    expect(report.data).toMatchObject({ prefetched: true, proxied: true });
  });

  test('an open inferred from a click', async () => {
    const { sim, id } = await mail();
    sim.click(id);
    const [click, open] = sim.reports.slice(-2);
    expect(own(click)).toEqual(fields('signed_clicked_by_a_person.json'));
    expect(own(open)).toEqual(fields('signed_opened_inferred_from_a_click.json'));
  });

  test('a scanner clicks, and no open is inferred', async () => {
    const { sim, id } = await mail();
    const click = sim.click(id, 'https://example.com/a', { machine: true });
    expect(click.data).toMatchObject({ machine: true, href: 'https://example.com/a', link_id: 2 });
    expect(sim.reports.at(-1)).toBe(click);
  });

  test('a conversion', async () => {
    const { sim, id } = await mail();
    expect(own(sim.convert(id))).toEqual(fields('signed_converted.json'));
  });

  test('a failed message has no recipient, an attempted one no subject either', async () => {
    const { sim } = await mail();
    const about = { objectType: 'email', person: 'user-123' } as const;
    expect(own(sim.report({ ...about, metric: 'failed' }))).toEqual(
      fields('signed_failed_schema_has_no_recipient.json'),
    );
    expect(own(sim.report({ ...about, metric: 'attempted' }))).toEqual(
      fields('signed_attempted_schema_has_neither_subject_nor.json'),
    );
  });

  test('a spam mark on a newsletter', async () => {
    const { sim } = await mail();
    const report = sim.report({
      objectType: 'email',
      metric: 'spammed',
      person: 'user-123',
      parent: 'newsletter',
    });
    expect(own(report)).toEqual(fields('signed_spammed.json'));
  });

  test('a deleted person leaves a blank customer_id and empty identifiers', async () => {
    const { sim, id, track } = await mail();
    const cio_id = sim.person('user-123')?.cioId;
    await track('DELETE', '/api/v1/customers/user-123');
    const data = { customer_id: '', identifiers: { cio_id, email: null, id: null } };
    expect(sim.open(id).data).toMatchObject(data);
  });
});

describe('switches', () => {
  const first = async (options: Parameters<typeof workspace>[0]) => {
    const { sim, identify, event } = await workspace(options);
    await identify('42', { email: 'a@x.com' });
    await event('42', { name: 'deal_won' });
    return { sim, id: sim.mailbox('a@x.com')[0]?.deliveryId as string };
  };

  test('flags absent: the older shape', async () => {
    const { sim, id } = await first({ flags: 'absent' });
    expect(Object.keys(sim.open(id, { machine: 'apple' }).data)).not.toContain('prefetched');
  });

  test('flags when_true: only what is so', async () => {
    const { sim, id } = await first({ flags: 'when_true' });
    expect(Object.keys(sim.open(id).data)).not.toContain('prefetched');
    expect(sim.open(id, { machine: 'scanner' }).data).toMatchObject({ prefetched: true });
  });

  test('an id-only workspace sends the id and nothing else', async () => {
    const { sim, id } = await first({ idOnly: true });
    expect(sim.open(id).data.identifiers).toEqual({ id: '42' });
  });

  test('the legacy format', async () => {
    const { sim, id } = await first({});
    const body = JSON.parse(wireBody(sim.open(id), { format: 'legacy', withContent: false }));
    expect(body).toMatchObject({
      event_type: 'email_opened',
      data: { campaign_id: '5', customer_id: '42', email_address: 'a@x.com', email_id: id },
    });
    expect(body).not.toHaveProperty('metric');
  });
});

test('every metric of every object type can be reported, and nothing else', async () => {
  const { sim } = await workspace();
  for (const [objectType, own] of Object.entries(metrics)) {
    for (const [metric, fields] of Object.entries(own)) {
      const report = sim.report({ objectType: objectType as ObjectType, metric });
      expect(Object.keys(report.data)).toEqual(expect.arrayContaining([...fields]));
    }
  }
  expect(() => sim.report({ objectType: 'sms', metric: 'opened' })).toThrow('no report "sms_opened"');
});

test('the subscriptions are those of the docs', () => {
  expect(subscriptionNames).toHaveLength(72);
  expect(subscriptionNames).toContain('customer_subscription_preferences_changed');
  expect(subscriptionNames).not.toContain('slack_undeliverable');
});
