import { describe, expect, it } from 'vitest';
import { deal, field, rules } from '../../../test/support/entities.ts';
import type { MailReport } from '../events.ts';
import type { Reaction } from '../rules/rules.ts';
import { fieldWrites } from './deal-shows.ts';
import { entriesOfReport } from './entries-of-report.ts';
import { foldLedger } from './fold.ts';
import { projection, type ShownClient, type ShownValue } from './projection.ts';
import { reactionTo } from './reaction-to.ts';

const ANN = 'ann@example.com';
const reaction = (name: string, fields: Record<string, string>): Reaction => ({
  ...{ name, fields, note: null, task: null, tags: null, repeat: 'every', machineOpens: 'ignore' },
});
const STATUS = [
  reaction('email_unsubscribed', { email_status: 'unsubscribed' }),
  reaction('email_spammed', { email_status: 'spam' }),
  reaction('email_bounced', { email_status: 'bounced' }),
  reaction('customer_subscribed', { email_status: 'subscribed' }),
  reaction('email_opened', { email_status: 'active', engagement: 'opened {{ subject }}' }),
];

const reportOf = (name: string, occurredAt: number): MailReport => ({
  ...{
    kind: 'mail_report',
    name,
    occurredAt,
    reportId: `${name} ${occurredAt}`,
    deliveryId: null,
    machine: false,
  },
  person: { id: ANN, email: ANN, cioId: null },
  values: { about: 'person', subject: 'Hi' },
});
const entries = (name: string, at: number) => entriesOfReport(reportOf(name, at));
const client = (reports: [name: string, at: number][], fields: ShownClient['fields'] = {}): ShownClient => ({
  fold: foldLedger(
    reports.flatMap(([name, at]) => entries(name, at)),
    ANN,
  ),
  fields,
});
const shown = (clients: ShownClient[], reactions = STATUS) => {
  const values = projection(clients, rules({ reactions }), ({ fields }, name) => fields[name]!);
  return Object.fromEntries([...values].map(([name, value]) => [name, value?.value ?? null]));
};

describe('a deal shows', () => {
  it('nothing of clients who have done nothing', () => {
    expect(shown([client([])])).toEqual({ email_status: null, engagement: null });
  });

  it('what speaks most against sending, whichever client it is of', () => {
    const [fine, out, spam, bounced] = [
      client([]),
      client([['email_unsubscribed', 5]]),
      client([['email_spammed', 5]]),
      client([['email_bounced', 5]]),
    ];
    expect(shown([fine, bounced]).email_status).toBe('bounced');
    expect(shown([bounced, out]).email_status).toBe('unsubscribed');
    expect(shown([out, spam, fine]).email_status).toBe('spam');
  });

  it('of clients who get email what the latest report has set', () => {
    const opened = { value: 'active', at: 7, by: 'email_opened' };
    expect(shown([client([['customer_subscribed', 6]], { email_status: opened })]).email_status).toBe(
      'active',
    );
    expect(shown([client([['customer_subscribed', 8]], { email_status: opened })]).email_status).toBe(
      'subscribed',
    );
    const both = [client([], { email_status: opened }), client([['customer_subscribed', 8]])];
    expect(shown(both).email_status).toBe('subscribed');
  });

  it('the words of today’s rules, and the rendered text where it depends on the report', () => {
    const old = { value: 'was active', at: 7, by: 'email_opened' };
    const rendered = { value: 'opened Welcome', at: 7, by: 'email_opened' };
    expect(shown([client([], { email_status: old, engagement: rendered })])).toEqual({
      email_status: 'active',
      engagement: 'opened Welcome',
    });
    expect(shown([client([], { email_status: { ...old, by: 'email_clicked' } })]).email_status).toBeNull();
  });

  it('an opt-out under any name in the words of the reaction to email_unsubscribed', () => {
    for (const name of ['customer_unsubscribed', 'sms_unsubscribed', 'push_unsubscribed'])
      expect(shown([client([[name, 5]])]).email_status).toBe('unsubscribed');
    const own = [...STATUS, reaction('customer_unsubscribed', { email_status: 'opted out' })];
    expect(shown([client([['sms_unsubscribed', 5]])], own).email_status).toBe('opted out');
    expect(shown([client([['email_unsubscribed', 5]])], own).email_status).toBe('unsubscribed');
  });

  it('a complaint as an opt-out where no reaction sets a field for complaints', () => {
    const without = STATUS.filter(({ name }) => name !== 'email_spammed');
    expect(shown([client([['email_spammed', 5]])], without).email_status).toBe('unsubscribed');
  });
});

describe('a report without a reaction of its own', () => {
  const named = (name: string, reactions: Reaction[]) =>
    reactionTo(reportOf(name, 5), entries(name, 5), rules({ reactions }))?.name ?? null;

  it.each([
    ['customer_unsubscribed', 'email_unsubscribed'],
    ['sms_unsubscribed', 'email_unsubscribed'],
    ['push_subscribed', 'customer_subscribed'],
    ['email_clicked', null],
    ['sms_bounced', null],
  ])('%s has that of %s', (name, expected) => {
    expect(named(name, STATUS)).toBe(expected);
  });

  it('has that of the customer’s setting first', () => {
    const both = [...STATUS, reaction('customer_unsubscribed', {})];
    expect(named('sms_unsubscribed', both)).toBe('customer_unsubscribed');
    expect(named('email_unsubscribed', [reaction('customer_unsubscribed', {})])).toBe(
      'customer_unsubscribed',
    );
  });
});

describe('a deal field is written', () => {
  const OUT: ShownValue = { value: 'unsubscribed', isRestrictive: true };
  const FINE: ShownValue = { value: 'active', isRestrictive: false };
  const compare = (
    next: ShownValue | null,
    { shows, read = '', changed = false }: { shows?: ShownValue; read?: string; changed?: boolean },
  ) =>
    fieldWrites(new Map([['Email_Status', next]]), {
      deal: deal({ fields: read === '' ? [] : [field('email_status', read)] }),
      shows: new Map(shows ? [['Email_Status', shows]] : []),
      remembered: [{ Email_Status: { value: 'bounced', at: 5, by: 'email_bounced' } }],
      changed: new Set(changed ? ['Email_Status'] : []),
    });
  const written = (...args: Parameters<typeof compare>) => compare(...args).writes.map(({ value }) => value);

  it('where it differs from what it is known to show', () => {
    expect(written(OUT, { shows: FINE, read: 'active' })).toEqual(['unsubscribed']);
    expect(written(FINE, { shows: OUT, read: 'unsubscribed' })).toEqual(['active']);
    expect(written(OUT, { shows: OUT, read: 'unsubscribed' })).toEqual([]);
  });

  it('on a deal that nothing is known of, unless it shows the value', () => {
    expect(written(OUT, { read: '' })).toEqual(['unsubscribed']);
    expect(written(OUT, { read: 'vip' })).toEqual(['unsubscribed']);
    expect(compare(OUT, { read: 'unsubscribed' })).toMatchObject({ writes: [], adopted: [OUT] });
  });

  it('over a value of somebody else only by an opt-out or by news', () => {
    expect(written(FINE, { read: 'vip' })).toEqual([]);
    expect(written(FINE, { read: 'vip', changed: true })).toEqual(['active']);
    expect(written(FINE, { read: '' })).toEqual(['active']);
  });

  it('empty where an opt-out or a failure has ended and nothing else is known', () => {
    expect(written(null, { shows: OUT, read: 'unsubscribed' })).toEqual(['']);
    expect(written(null, { shows: FINE, read: 'active' })).toEqual([]);
    expect(written(null, { shows: { value: '', isRestrictive: false } })).toEqual([]);
  });

  it('empty also where an older Stagepost has written the failure', () => {
    expect(written(null, { read: 'bounced' })).toEqual(['']);
    expect(written(null, { read: 'vip' })).toEqual([]);
    expect(written(FINE, { read: 'bounced' })).toEqual(['active']);
  });
});
