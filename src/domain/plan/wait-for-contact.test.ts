import { describe, expect, it } from 'vitest';
import { contact, context, deal, dealContext, rules, SALES } from '../../../test/support/entities.ts';
import type { DealMoved } from '../events.ts';
import { plan } from './plan.ts';
import type { DealContext } from './plan-types.ts';

const MOVED = 1_700_000_900;
const HOUR = 3_600;
const won: DealMoved = {
  kind: 'deal_moved',
  dealId: 5,
  from: { pipelineId: SALES.id, stageId: 12345681 },
  to: { pipelineId: SALES.id, stageId: 142 },
  occurredAt: MOVED,
};
const NOBODY = dealContext({ deal: deal({ contactIds: [] }), contacts: [] });
const WITHOUT_EMAIL = dealContext({ contacts: [contact({ emails: [] })] });
const UNREAD = dealContext({ contacts: [] });

/** The plan of the move at so many seconds after it. @param since when it was first planned, seconds after it */
function planned(
  found: DealContext,
  { after = 0, since = null as number | null, own = {} as Parameters<typeof rules>[0] } = {},
) {
  const waitingSince = since === null ? null : MOVED + since;
  return plan(won, context({ deals: [found], readAt: MOVED + after, waitingSince }), rules(own));
}

describe('a move whose deal has nobody to address', () => {
  it.each([
    ['no contact', NOBODY, 'The deal has no contact.', []],
    ['a contact without an email', WITHOUT_EMAIL, 'Contact Ann Lee has no email.', [9]],
    [
      'a contact that cannot be read',
      UNREAD,
      "The deal's main contact 9 does not exist any more in Kommo (or cannot be read).",
      [9],
    ],
  ])('waits: %s', (_, found, reason, contactIds) => {
    expect(planned(found)).toMatchObject({
      outcome: 'waiting',
      rule: 'Sales / Closed - won → deal_won',
      reason: `${reason} The event waits for a contact with an email, until 24 hours after the stage change.`,
      waitsFor: { contactIds, until: MOVED + 24 * HOUR },
      actions: [],
      effects: [],
    });
  });

  it('waits for a contact only, where contacts are identified by their ID', () => {
    const own = { identifyBy: 'contact_id' as const };
    expect(planned(NOBODY, { own }).reason).toContain('The event waits for a contact, until');
    expect(planned(WITHOUT_EMAIL, { own }).outcome).toBe('planned');
  });

  it('is ignored at the end of its useful age, with what was missing', () => {
    expect(planned(NOBODY, { after: 24 * HOUR, since: 1 })).toMatchObject({
      outcome: 'ignored',
      reason:
        'The deal has no contact. The event has waited 24 hours for a contact with an email (wait_for_contact).',
    });
  });

  it('is ignored at once where it is older than that when it is first planned', () => {
    expect(planned(NOBODY, { after: 25 * HOUR })).toMatchObject({
      outcome: 'ignored',
      reason: 'The deal has no contact.',
    });
  });

  it('is ignored at once with wait_for_contact: off', () => {
    expect(planned(NOBODY, { own: { waitForContactSeconds: 0 } })).toMatchObject({
      outcome: 'ignored',
      reason: 'The deal has no contact.',
    });
  });
});

describe('a move that has waited', () => {
  it('sends its event with the time of the move, and says how late', () => {
    const { outcome, actions, warnings } = planned(dealContext(), { after: 3 * 60, since: 1 });
    expect(outcome).toBe('planned');
    expect(actions.map(({ action }) => action)).toContainEqual(
      expect.objectContaining({ kind: 'track', name: 'deal_won', timestamp: MOVED }),
    );
    expect(warnings).toEqual([
      'Sent 3 minutes after the stage change: until then the event waited for a contact with an email.',
    ]);
  });

  it('is skipped by skip_moves_after only if it was first planned too late', () => {
    const own = { skipMovesAfterSeconds: HOUR };
    expect(planned(dealContext(), { after: 3 * HOUR, since: 1, own }).outcome).toBe('planned');
    expect(planned(dealContext(), { after: 3 * HOUR, own }).reason).toContain('skip_moves_after');
  });

  it('is not sent when its contact appears after its useful age', () => {
    expect(planned(dealContext(), { after: 24 * HOUR + 1, since: 1 })).toMatchObject({
      outcome: 'ignored',
      reason:
        'The contact came too late. The event has waited 24 hours for a contact with an email (wait_for_contact).',
    });
    expect(planned(dealContext(), { after: 24 * HOUR, since: 1 }).outcome).toBe('planned');
  });

  it('waits for a deal that Kommo does not return yet, and ends when ten minutes have not shown it', () => {
    const unseen = dealContext({ deal: null });
    for (const since of [null, 1])
      expect(planned(unseen, { after: 599, since })).toMatchObject({
        outcome: 'waiting',
        rule: 'Sales / Closed - won → deal_won',
        reason:
          'Kommo does not return the deal yet. The event waits for it, until 10 minutes after the stage change.',
        waitsFor: { contactIds: [], until: MOVED + 600 },
      });
    expect(planned(unseen, { after: 600, since: 1 })).toMatchObject({
      outcome: 'ignored',
      reason: 'The deal no longer exists in Kommo.',
    });
  });

  it('waits no longer for the deal than for a contact', () => {
    const unseen = dealContext({ deal: null });
    const waits = (seconds: number) =>
      planned(unseen, { after: 60, own: { waitForContactSeconds: seconds } });
    expect([waits(0).outcome, waits(60).outcome, waits(61).outcome]).toEqual([
      'ignored',
      'ignored',
      'waiting',
    ]);
  });
});

it('the next contact takes the place of a main contact that cannot be read, with a warning', () => {
  const bo = contact({ id: 502, name: 'Bo Berg', emails: ['bo@acme.example'] });
  const found = dealContext({ deal: deal({ contactIds: [501, 502] }), contacts: [bo] });
  const { outcome, person, warnings } = planned(found);
  expect({ outcome, person, warnings }).toEqual({
    outcome: 'planned',
    person: 'bo@acme.example',
    warnings: [
      "The deal's main contact 501 does not exist any more in Kommo (or cannot be read), so Bo Berg takes its place.",
    ],
  });
});
