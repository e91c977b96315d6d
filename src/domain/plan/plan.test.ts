import { describe, expect, it } from 'vitest';
import {
  contact,
  context,
  deal,
  dealContext,
  knownPerson,
  ledgerOf,
  rules,
  SALES,
} from '../../../test/support/entities.ts';
import type { DealMoved, MailReport } from '../events.ts';
import { plan } from './plan.ts';

const won: DealMoved = {
  kind: 'deal_moved',
  dealId: 5,
  from: { pipelineId: SALES.id, stageId: 12345681 },
  to: { pipelineId: SALES.id, stageId: 142 },
  occurredAt: 1_700_000_900,
};

function report(part: Partial<MailReport> = {}): MailReport {
  return {
    kind: 'mail_report',
    name: 'email_opened',
    reportId: '01H00000000000000000000001',
    person: { id: null, email: 'ann@example.com', cioId: null },
    occurredAt: 1_700_000_950,
    deliveryId: 'D1',
    machine: false,
    values: { subject: 'Welcome' },
    ...part,
  };
}

describe('a deal enters a stage with a rule', () => {
  it('identifies the main contact, then sends the event, then writes the note', () => {
    const { actions, outcome, rule } = plan(won, context(), rules());
    expect(outcome).toBe('planned');
    expect(rule).toBe('Sales / Closed - won → deal_won');
    expect(actions).toEqual([
      {
        action: {
          kind: 'identify',
          person: 'ann@example.com',
          attributes: { name: 'Ann Lee', plan: 'Pro', deal_amount: 1200, kommo_deal_id: 5 },
          timestamp: 1_700_001_000,
        },
        after: null,
      },
      {
        action: {
          kind: 'track',
          person: 'ann@example.com',
          name: 'deal_won',
          data: { amount: 1200, plan: 'Pro' },
          timestamp: 1_700_000_900,
        },
        after: 0,
      },
      { action: { kind: 'note', dealId: 5, text: "Campaign 'deal_won' launched in Customer.io" }, after: 1 },
    ]);
  });

  it('starts the inactivity watch of its event, counted from the move', () => {
    expect(plan(won, context(), rules()).effects).toContainEqual({
      kind: 'start_watch',
      startedAt: won.occurredAt,
      start: 'deal_won',
      unless: 'email_opened',
      key: 'ann@example.com',
      dealId: 5,
      firesAt: won.occurredAt + 5 * 86_400,
    });
  });

  it('says so where the deal is gone', () => {
    const gone = context({ deals: [dealContext({ deal: null })], readAt: won.occurredAt + 600 });
    expect(plan(won, gone, rules()).reason).toBe('The deal no longer exists in Kommo.');
  });

  it('sends each contact one event with contacts: all, and one note', () => {
    const both = [contact(), contact({ id: 10, name: 'Bo', emails: ['bo@example.com'] })];
    const { actions } = plan(
      won,
      context({ deals: [dealContext({ contacts: both })] }),
      rules({ contacts: 'all' }),
    );
    expect(actions.map(({ action, after }) => [action.kind, after])).toEqual([
      ['identify', null],
      ['track', 0],
      ['identify', null],
      ['track', 2],
      ['note', 3],
    ]);
  });

  it('says on the deal of each contact what was sent to them, where the text names them', () => {
    const both = [contact(), contact({ id: 10, name: 'Bo', emails: ['bo@example.com'] })];
    const stages = [{ ...rules().stages[0]!, note: 'Sent to {{ person }}' }];
    const everybody = context({ deals: [dealContext({ contacts: both })] });
    const { actions } = plan(won, everybody, rules({ contacts: 'all', stages }));
    const notes = actions.filter(({ action }) => action.kind === 'note');
    expect(notes.map(({ action, after }) => [action.kind === 'note' && action.text, after])).toEqual([
      ['Sent to ann@example.com', 1],
      ['Sent to bo@example.com', 3],
    ]);
  });

  it('uses the contact id in the path with identify_by: contact_id, and gives the email as an attribute', () => {
    const { actions } = plan(won, context(), rules({ identifyBy: 'contact_id' }));
    expect(actions[0]!.action).toMatchObject({ person: '9', attributes: { email: 'ann@example.com' } });
  });

  it('clears an attribute that Customer.io has and the deal has no more', () => {
    const cleared = context({ deals: [dealContext({ deal: deal({ fields: [] }) })], known: [knownPerson()] });
    expect(plan(won, cleared, rules()).actions[0]!.action).toMatchObject({ attributes: { plan: '' } });
  });
});

describe('tags', () => {
  const tagsOf = ({ actions }: ReturnType<typeof plan>) =>
    actions.filter(({ action }) => action.kind === 'tags');
  const moved = (tags: { add: string[]; remove: string[] }, part = {}) => {
    const given = rules(part);
    return { ...given, stages: given.stages.map((stage) => ({ ...stage, tags })) };
  };
  const reacting = (name: string, tags: { add: string[]; remove: string[] }) => {
    const given = rules();
    return {
      ...given,
      reactions: given.reactions.map((one) => (one.name === name ? { ...one, tags } : one)),
    };
  };
  const subject = { key: 'p_ann', person: 'ann@example.com', reason: null };

  it('of a stage change once Customer.io has accepted the event', () => {
    const result = plan(won, context(), moved({ add: ['customer', '{{ event }}'], remove: ['lead'] }));
    expect(tagsOf(result)).toEqual([
      { action: { kind: 'tags', dealId: 5, add: ['customer', 'deal_won'], remove: ['lead'] }, after: 1 },
    ]);
  });

  it('are changed once for several people, unless the texts name them', () => {
    const both = context({
      deals: [dealContext({ contacts: [contact(), contact({ id: 10, emails: ['ben@example.com'] })] })],
    });
    expect(
      tagsOf(plan(won, both, moved({ add: ['customer'], remove: [] }, { contacts: 'all' }))),
    ).toHaveLength(1);
    const named = moved({ add: ['{{ person }}'], remove: [] }, { contacts: 'all' });
    expect(tagsOf(plan(won, both, named))).toHaveLength(2);
  });

  it('of a reaction follow its field: no change of the field, no change of tags', () => {
    const given = reacting('email_unsubscribed', { add: ['opted out'], remove: [] });
    const event = report({ name: 'email_unsubscribed' });
    const first = plan(event, context({ known: [knownPerson()], subject }), given);
    expect(tagsOf(first)).toMatchObject([{ action: { add: ['opted out'] } }]);
    const ledger = ledgerOf([report({ name: 'email_unsubscribed', reportId: 'other' })]);
    const again = plan(event, context({ known: [knownPerson()], ledger, subject }), given);
    expect(tagsOf(again)).toEqual([]);
  });

  it('are not changed by a machine’s open, nor by a second one with repeat: first', () => {
    const given = reacting('email_opened', { add: ['engaged'], remove: [] });
    const known1 = { known: [knownPerson()], subject };
    expect(tagsOf(plan(report(), context(known1), given))).toHaveLength(1);
    expect(tagsOf(plan(report({ machine: true }), context(known1), given))).toEqual([]);
    expect(tagsOf(plan(report(), context({ ...known1, reportedBefore: true }), given))).toEqual([]);
  });

  it('that come out empty or twice are left out, and one that is added is not removed', () => {
    const tags = { add: ['{{ deal.field.None }}', 'Warm', 'warm'], remove: ['WARM', ' cold  lead '] };
    expect(tagsOf(plan(won, context(), moved(tags)))).toMatchObject([
      { action: { add: ['warm'], remove: ['cold lead'] } },
    ]);
    expect(tagsOf(plan(won, context(), moved({ add: ['{{ deal.field.None }}'], remove: [] })))).toEqual([]);
  });
});

it('does nothing for a stage without a rule, and names the stage', () => {
  const moved = { ...won, to: { pipelineId: SALES.id, stageId: 143 } };
  expect(plan(moved, context(), rules()).reason).toBe(
    'No rule for the stage Closed - lost of the pipeline Sales.',
  );
});

it('does not take won of another pipeline for won of this one', () => {
  const moved = { ...won, to: { pipelineId: 1, stageId: 142 } };
  expect(plan(moved, context(), rules()).outcome).toBe('ignored');
});

describe('a deal changes without a move', () => {
  const changed = { kind: 'deal_changed', dealId: 5, occurredAt: 1_700_000_900 } as const;

  it('identifies only, where something mapped has changed', () => {
    const pricier = context({
      deals: [dealContext({ deal: deal({ price: 1500 }) })],
      known: [knownPerson()],
    });
    const { actions } = plan(changed, pricier, rules());
    expect(actions).toMatchObject([{ action: { kind: 'identify', attributes: { deal_amount: 1500 } } }]);
  });

  it('sends nothing where nothing mapped has changed', () => {
    expect(plan(changed, context({ known: [knownPerson()] }), rules())).toMatchObject({
      actions: [],
      reason: 'No synced field changed.',
    });
  });

  it('leaves alone who was never sent to Customer.io', () => {
    expect(plan(changed, context(), rules()).actions).toEqual([]);
  });

  it('leaves alone whose attributes follow another deal', () => {
    const other = context({ known: [knownPerson({ dealId: 6, attributes: { deal_amount: 1 } })] });
    expect(plan(changed, other, rules()).reason).toBe(
      'The attributes of ann@example.com come from deal 6, which entered a stage last.',
    );
  });
});

describe('a report comes in', () => {
  it('writes no control characters of strangers into Kommo', () => {
    const values = { subject: 'Hi\x1b]0;OWNED\x07\x1b[2J\u202e' };
    const { actions } = plan(report({ values }), context({ known: [knownPerson()] }), rules());
    expect(actions).toMatchObject([
      { action: { kind: 'note', text: 'Client opened email (Hi]0;OWNED[2J)' } },
    ]);
  });

  it('writes the reaction’s note on the deal', () => {
    expect(plan(report(), context({ known: [knownPerson()] }), rules()).actions).toEqual([
      { action: { kind: 'note', dealId: 5, text: 'Client opened email (Welcome)' }, after: null },
    ]);
  });

  it('writes nothing for a machine, and keeps the watch running', () => {
    const watches = [
      { id: 1, start: 'deal_won', unless: 'email_opened', dealId: 5, startedAt: 0, firesAt: 1_700_432_000 },
    ];
    const result = plan(report({ machine: true }), context({ watches }), rules());
    expect(result).toMatchObject({ outcome: 'ignored', actions: [], effects: [] });
    expect(result.reason).toMatch(/A machine did this/);
  });

  it('stops the watch that it answers, even where it writes nothing', () => {
    const watches = [
      { id: 1, start: 'deal_won', unless: 'email_opened', dealId: 5, startedAt: 0, firesAt: 1_700_432_000 },
    ];
    const result = plan(report(), context({ watches, reportedBefore: true }), rules());
    expect(result.effects).toEqual([{ kind: 'stop_watches', watchIds: [1] }]);
    expect(result.reason).toMatch(/Not the first email_opened of this message.*stopped the inactivity timer/);
  });

  it('does not stop a watch that started after it', () => {
    const watches = [
      {
        id: 1,
        start: 'deal_won',
        unless: 'email_opened',
        dealId: 5,
        startedAt: 1_700_000_999,
        firesAt: 1_700_432_000,
      },
    ];
    expect(plan(report(), context({ watches }), rules()).effects).not.toContainEqual(
      expect.objectContaining({ kind: 'stop_watches' }),
    );
  });

  it('does not stop a watch that had run out before, though nobody has acted on it yet', () => {
    const watch = { id: 1, start: 'deal_won', unless: 'email_opened', dealId: 5, startedAt: 1_700_000_000 };
    const watches = [{ ...watch, firesAt: 1_700_000_899 }];
    expect(plan(report(), context({ watches }), rules()).effects).not.toContainEqual(
      expect.objectContaining({ kind: 'stop_watches' }),
    );
  });

  it('sets the field and gives the responsible user a task, once per change', () => {
    const unsubscribed = report({ name: 'email_unsubscribed' });
    const first = plan(unsubscribed, context({ known: [knownPerson()] }), rules());
    expect(first.actions.map(({ action }) => action.kind)).toEqual(['set_field', 'task']);
    expect(first.actions[1]!.action).toMatchObject({ responsibleUserId: 77 });

    const ledger = ledgerOf([report({ name: 'customer_unsubscribed', reportId: 'other' })]);
    const shows = new Map([[5, new Map([['email_status', { value: 'unsubscribed', isRestrictive: true }]])]]);
    const second = plan(unsubscribed, context({ known: [knownPerson()], ledger, shows }), rules());
    expect(second).toMatchObject({
      actions: [],
      reason: 'email_status is already "unsubscribed", so there is nothing to do.',
    });
  });

  it('does not turn a field back that a later report has set', () => {
    const subscribed = { ...rules().reactions[1]!, name: 'customer_subscribed', task: null };
    const reactions = [...rules().reactions, { ...subscribed, fields: { email_status: 'subscribed' } }];
    const ledger = ledgerOf([
      report({ name: 'customer_subscribed', reportId: 'other', occurredAt: 1_700_009_999 }),
    ]);
    const shows = new Map([[5, new Map([['email_status', { value: 'subscribed', isRestrictive: false }]])]]);
    const known = [knownPerson()];
    const late = plan(
      report({ name: 'email_unsubscribed' }),
      context({ known, ledger, shows }),
      rules({ reactions }),
    );
    expect(late.actions).toEqual([]);
    expect(late.reason).toBe('A later report has set email_status to "subscribed".');
  });

  it('waits for the person where nobody is found, with the reason', () => {
    const nobody = context({
      deals: [],
      subject: {
        key: null,
        person: null,
        reason: 'No contact in Kommo has the email zed@example.com.',
      },
    });
    expect(plan(report(), nobody, rules())).toMatchObject({
      outcome: 'parked',
      reason: 'No contact in Kommo has the email zed@example.com.',
    });
  });

  it('writes the note on all open deals with person.deal: all, each in its own words, and one task', () => {
    const reaction = rules().reactions.find(({ name }) => name === 'email_opened')!;
    const note = 'Opened, {{ deal.name }}';
    const both = { ...reaction, note, task: { text: 'Call', dueSeconds: 60 }, fields: {} };
    const on = (id: number, updatedAt: number) =>
      dealContext({ deal: deal({ id, name: `D${id}`, updatedAt, isClosed: false }) });
    const deals = [on(5, 100), on(6, 200)];
    const given = rules({ deal: { kind: 'all' }, reactions: [both] });
    const result = plan(report(), context({ deals, known: [knownPerson()] }), given);
    expect(result.dealId).toBe(6);
    expect(result.actions.map(({ action }) => action)).toMatchObject([
      { kind: 'note', dealId: 6, text: 'Opened, D6' },
      { kind: 'note', dealId: 5, text: 'Opened, D5' },
      { kind: 'task', dealId: 6 },
    ]);
    expect(result.warnings).toEqual([
      'The report belongs to all 2 open deals, and its task to the one that changed last, deal 6 (person.deal).',
    ]);
  });

  it('keeps a report without a reaction, with the reason', () => {
    expect(plan(report({ name: 'sms_sent' }), context(), rules()).reason).toBe(
      'No rule for sms_sent, so nothing was written to Kommo.',
    );
  });
});

describe('a watch runs out', () => {
  const ranOut = {
    kind: 'inactivity',
    watchId: 1,
    start: 'deal_won',
    person: 'ann@example.com',
    dealId: 5,
    occurredAt: 1_700_432_900,
  } as const;

  it('sends the inactivity event and gives a task', () => {
    const { actions } = plan(ranOut, context(), rules());
    expect(actions.map(({ action }) => action)).toMatchObject([
      { kind: 'track', name: 'onboarding_inactive', person: 'ann@example.com', timestamp: 1_700_432_900 },
      { kind: 'task', text: 'Reach out to Ann', dealId: 5 },
    ]);
  });

  it('does nothing where the client’s open had come and was only planned late', () => {
    expect(plan(ranOut, context({ hasRecentActivity: true }), rules()).actions).toEqual([]);
  });
});
