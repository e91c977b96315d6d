import { describe, expect, it } from 'vitest';
import {
  ACTION_KINDS,
  type Action,
  describeAction,
  destinationOf,
  kindNamed,
  namesOfKind,
  orderingKey,
  parseAction,
} from './actions.ts';

/** One action of each kind. A kind that is missing here does not compile. */
const EXAMPLES: { [Kind in Action['kind']]: Extract<Action, { kind: Kind }> } = {
  identify: { kind: 'identify', person: 'ann@example.com', attributes: { plan: 'Pro' }, timestamp: 1 },
  track: { kind: 'track', person: 'ann@example.com', name: 'deal_won', data: { deal_id: 5 }, timestamp: 1 },
  merge: { kind: 'merge', person: 'ann@example.com', from: 'ann@old.example' },
  change_email: {
    kind: 'change_email',
    person: 'ann@example.com',
    cioId: 'd9c1',
    from: 'ann@old.example',
    to: 'ann@example.com',
    timestamp: 1,
  },
  remove_person: { kind: 'remove_person', person: 'ann@example.com', how: 'delete', timestamp: 1 },
  note: { kind: 'note', dealId: 5, text: 'Opened' },
  task: { kind: 'task', dealId: 5, text: 'Call', dueAt: 1_800_000_000, responsibleUserId: null },
  close_task: { kind: 'close_task', dealId: 5, eventId: 1, taskId: null, text: 'Corrected' },
  lift_suppression: {
    kind: 'lift_suppression',
    person: 'ann@example.com',
    email: 'ann@example.com',
    how: 'lift',
  },
  set_field: { kind: 'set_field', dealId: 5, field: 'Email status', value: 'Bounced' },
  tags: { kind: 'tags', dealId: 5, add: ['engaged'], remove: ['cold'] },
};

describe.each(ACTION_KINDS)('the kind of action %s', (name) => {
  const kind = kindNamed(name);
  const action: Action = EXAMPLES[name];

  it('has words, a metric and a call of its destination', () => {
    expect(kind.kind).toBe(name);
    const { one, many } = namesOfKind(name);
    expect(one).not.toBe('');
    expect(many).not.toBe(one);
    expect(kind.metric).toMatch(/^[a-z_]+$/);
    expect(kind.write(action).call).toBe(kind.call);
  });

  it('is read from the outbox as it was stored', () => {
    expect(parseAction(JSON.parse(JSON.stringify(action)))).toEqual(action);
  });

  it('keeps the order of its deal or person, and says so in the trace', () => {
    const subject = destinationOf(action) === 'kommo' ? 'deal:5' : 'ann@example.com';
    // Nothing waits for an action that is due later.
    const own: Record<string, string> = {
      merge: `merge ${subject}`,
      remove_person: `remove ${subject}`,
      lift_suppression: `suppression ${subject}`,
    };
    expect(orderingKey(action)).toBe(own[name] ?? subject);
    expect(describeAction(action, name)).toMatch(/^(Kommo|Customer\.io): .*(5|ann@example\.com)/);
  });
});

it('no two kinds have one name or one metric', () => {
  const metrics = ACTION_KINDS.map((name) => kindNamed(name).metric);
  expect(new Set(ACTION_KINDS).size).toBe(ACTION_KINDS.length);
  expect(new Set(metrics).size).toBe(ACTION_KINDS.length);
});

it.each([
  ['is empty after the retention time', {}],
  ['is of a kind that another version knows', { kind: 'call', dealId: 5 }],
  ['lacks what its kind needs', { kind: 'note', dealId: 5 }],
])('a stored payload that %s is null', (_, payload) => {
  expect(parseAction(payload)).toBeNull();
});

it('an update of nothing but the consent says what it changes', () => {
  const update = (attributes: { [name: string]: string | boolean }) =>
    describeAction({ kind: 'identify', person: 'ann@example.com', attributes, timestamp: 1 }, 'identify');
  expect(update({ unsubscribed: true })).toBe('Customer.io: unsubscribe ann@example.com');
  expect(update({ unsubscribed: false })).toBe('Customer.io: subscribe ann@example.com');
  expect(update({ plan: 'Pro' })).toBe('Customer.io: identify ann@example.com, 1 attribute');
});
