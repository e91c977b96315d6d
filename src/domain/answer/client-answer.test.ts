import { describe, expect, it } from 'vitest';
import type { Mailability, MailState } from '../consent/mail-state.ts';
import { refusalWarning } from '../refusal-warning.ts';
import { answerSubject, clientAnswer } from './client-answer.ts';
import type { EmailMessage } from './messages.ts';
import type { AnswerAction, AnswerEvent, AnswerInput } from './types.ts';

/** 30 November 2026, 12:00 UTC. */
const NOW = 1_796_040_000;
const MINUTE = 60;
const MOVED = 'Deal 5 moved from "New" to "Onboarding" (Sales)';

const event = (part: Partial<AnswerEvent> = {}): AnswerEvent => ({
  id: 9,
  kind: 'deal_moved',
  title: MOVED,
  outcome: 'done',
  reason: null,
  rule: 'Sales / Onboarding → onboarding_started',
  clientState: 'mailable',
  occurredAt: (NOW - 5 * MINUTE) * 1000,
  at: (NOW - 5 * MINUTE) * 1000,
  actions: { done: 3, open: 0, failed: 0 },
  ...part,
});
const track = (part: Partial<AnswerAction> = {}): AnswerAction => ({
  kind: 'track',
  title: 'Customer.io: event onboarding_started',
  state: 'done',
  error: null,
  todo: null,
  event: 'onboarding_started',
  ...part,
});
const email = (part: Partial<EmailMessage> = {}): EmailMessage => ({
  subject: 'Welcome aboard',
  campaign: null,
  firstAt: NOW - 4 * MINUTE,
  sentAt: NOW - 4 * MINUTE,
  deliveredAt: null,
  openedAt: null,
  openedByMachineAt: null,
  clickedAt: null,
  failure: null,
  ...part,
});
const delivered = (part: Partial<EmailMessage> = {}) => email({ deliveredAt: NOW - 3 * MINUTE, ...part });

function answer(part: Partial<AnswerInput> & { about?: AnswerEvent; mail?: Mailability | MailState } = {}) {
  const { mail = 'mailable', ...rest } = part;
  const since = NOW - 38 * MINUTE;
  const mailability =
    typeof mail === 'string' ? { state: mail, since: mail === 'mailable' ? null : since } : mail;
  return clientAnswer({
    about: event(),
    actions: [track()],
    client: { name: 'Cleo', mailability },
    emails: [],
    hasCampaign: null,
    lane: null,
    running: [],
    now: NOW,
    timezone: 'UTC',
    ...rest,
  });
}

/** What speaks against an email to Cleo, in the words of the answer. */
const STATES: [MailState, because: string, gets: string][] = [
  [
    'unsubscribed',
    'unsubscribed 38 min ago, so Customer.io sends nothing.',
    'Cleo gets no email: unsubscribed 38 min ago.',
  ],
  [
    'complained',
    'marked an email as spam 38 min ago, so Customer.io sends nothing.',
    'Cleo gets no email: marked an email as spam 38 min ago.',
  ],
  [
    'bounced',
    'the address bounced 38 min ago, so no email reaches it.',
    'Cleo gets no email: the address bounced 38 min ago.',
  ],
  [
    'suppressed',
    'the address was on a suppression list 38 min ago, so Customer.io sends nothing.',
    'Cleo gets no email: the address was on a suppression list 38 min ago.',
  ],
  [
    'no_address',
    'no email address, so there is nowhere to send it.',
    'Cleo gets no email: no email address.',
  ],
];

describe.each(STATES)('for a client in the state %s', (mail, because, gets) => {
  it('the answer is that, where a move with a rule has sent its event', () => {
    expect(answer({ mail })).toEqual({
      tone: 'warning',
      text: `Cleo did not get an email: ${because} The event onboarding_started was accepted 5 min ago.`,
    });
  });

  it('the answer names the email that came before that', () => {
    expect(answer({ mail, emails: [delivered({ openedAt: NOW - 2 * MINUTE })] })).toEqual({
      tone: 'warning',
      text: `Cleo got the email "Welcome aboard" 3 min ago and opened it. ${gets.replace('no email', 'no more email')}`,
    });
  });

  it('the answer names both, where the move has no rule', () => {
    const about = event({ outcome: 'nothing', clientState: null, reason: 'No rule for the stage New.' });
    expect(answer({ mail, about, actions: [] })).toEqual({
      tone: 'warning',
      text: `Cleo did not get an email: no rule for the stage New. ${MOVED}. ${gets}`,
    });
  });

  it('the answer names both, where the event still waits', () => {
    const about = event({ outcome: 'open', actions: { done: 1, open: 2, failed: 0 } });
    const waiting = answer({
      mail,
      about,
      actions: [track({ state: 'ready' })],
      lane: 'Customer.io is down',
    });
    expect(waiting).toEqual({
      tone: 'warning',
      text: `Cleo has got no email yet: the event onboarding_started waits to be sent (1 of 3 actions are done). Customer.io is down. ${MOVED}. ${gets}`,
    });
  });

  it('the answer is that, where no deal has moved yet', () => {
    const about = event({ kind: 'mail_report', title: 'cleo@x.com unsubscribed', outcome: 'done' });
    expect(answer({ mail, about, actions: [] })).toEqual({
      tone: 'warning',
      text: `${gets} cleo@x.com unsubscribed.`,
    });
  });
});

describe('for a client who can get email', () => {
  it.each<[string, EmailMessage, string, tone: string]>([
    [
      'delivered',
      delivered(),
      'Cleo got the email "Welcome aboard" 3 min ago. It has not been opened yet.',
      'good',
    ],
    [
      'opened',
      delivered({ openedAt: NOW - MINUTE }),
      'Cleo got the email "Welcome aboard" 3 min ago and opened it.',
      'good',
    ],
    [
      'clicked',
      delivered({ openedAt: NOW - MINUTE, clickedAt: NOW }),
      'Cleo got the email "Welcome aboard" 3 min ago and clicked a link in it.',
      'good',
    ],
    [
      'opened by a machine only',
      delivered({ openedByMachineAt: NOW - MINUTE }),
      'Cleo got the email "Welcome aboard" 3 min ago. Only a machine has opened it so far (mail privacy, prefetching or a link scanner).',
      'good',
    ],
    [
      'sent',
      email({ subject: null }),
      'The email to Cleo was sent 4 min ago. Its delivery has not been reported yet.',
      'waiting',
    ],
    [
      'failed',
      email({ failure: { metric: 'failed', at: NOW - MINUTE, message: "Variable 'x' is missing" } }),
      'Cleo did not get the email "Welcome aboard": Customer.io could not send it 1 min ago (Variable \'x\' is missing).',
      'bad',
    ],
  ])('an email that was %s is reported as such', (_, message, text, tone) => {
    expect(answer({ emails: [message] })).toEqual({ text, tone });
  });

  it('the answer waits for a report of the email for a quarter of an hour', () => {
    const accepted = 'The event onboarding_started was accepted 5 min ago.';
    expect(answer()).toEqual({
      tone: 'waiting',
      text: `${accepted} Customer.io has reported no email to Cleo since.`,
    });
    const old = answer({ about: event({ at: (NOW - 7200) * 1000 }) });
    expect(old.tone).toBe('nothing');
    expect(old.text).toMatch(
      /accepted 2 h ago\. .* since\. The campaign may wait, leave the client out, or be stopped/,
    );
  });

  it('a missing campaign is named', () => {
    expect(answer({ hasCampaign: false })).toEqual({
      tone: 'warning',
      text: 'Cleo did not get an email: no running campaign in Customer.io starts with the event onboarding_started. The event onboarding_started was accepted 5 min ago.',
    });
  });

  it('a lane that does not deliver is named', () => {
    const about = event({ outcome: 'open', actions: { done: 0, open: 3, failed: 0 } });
    const actions = [track({ state: 'ready', error: 'Customer.io (503)' })];
    expect(answer({ about, actions, lane: 'Customer.io does not answer' })).toEqual({
      tone: 'waiting',
      text: `Cleo has got no email yet: the event onboarding_started waits to be sent (0 of 3 actions are done). The last attempt failed: Customer.io (503). Customer.io does not answer. ${MOVED}.`,
    });
  });

  it('a move that is not planned yet is no failure', () => {
    const about = event({ outcome: 'open', actions: { done: 0, open: 0, failed: 0 } });
    expect(answer({ about, actions: [], client: null }).text).toBe(
      `The client has got no email yet: Stagepost has not decided yet what to do. ${MOVED}.`,
    );
  });

  it('the refusal of the event is given in Customer.io’s words, and what to do', () => {
    const about = event({ outcome: 'failed', actions: { done: 1, open: 0, failed: 2 } });
    const refused = track({ state: 'dead', error: 'identifier too long', todo: 'Shorten it.' });
    expect(answer({ about, actions: [refused] })).toEqual({
      tone: 'bad',
      text: `Cleo did not get an email: 1 action was refused: Customer.io: event onboarding_started. The answer: identifier too long. Shorten it. ${MOVED}.`,
    });
  });

  it('a refused note does not hide that the email arrived', () => {
    const about = event({ outcome: 'failed', actions: { done: 2, open: 0, failed: 1 } });
    const note = track({
      kind: 'note',
      event: null,
      title: 'Kommo: note',
      state: 'dead',
      error: 'No such deal',
    });
    expect(answer({ about, actions: [track(), note], emails: [delivered()] })).toEqual({
      tone: 'bad',
      text: 'Cleo got the email "Welcome aboard" 3 min ago. It has not been opened yet. But 1 action was refused: Kommo: note. The answer: No such deal.',
    });
  });

  it('the reason of the planner is the answer where nothing was sent', () => {
    const about = event({
      outcome: 'nothing',
      clientState: 'no_address',
      reason: 'Contact Paul has no email.',
    });
    expect(answer({ about, actions: [], client: null })).toEqual({
      tone: 'warning',
      text: `The client did not get an email: Contact Paul has no email. ${MOVED}.`,
    });
    const withoutRule = event({
      outcome: 'nothing',
      clientState: null,
      reason: 'No rule for the stage New.',
    });
    expect(answer({ about: withoutRule, actions: [] })).toEqual({
      tone: 'nothing',
      text: `Cleo did not get an email: no rule for the stage New. ${MOVED}.`,
    });
  });

  it('the running timer is named', () => {
    expect(answer({ emails: [delivered()], running: ['deal_won'] }).text).toMatch(
      /yet\. The inactivity timer of deal_won is running\.$/,
    );
  });

  it('where no deal has entered a stage, that is the answer', () => {
    const about = event({ kind: 'mail_report', title: 'cleo@x.com opened "News"', outcome: 'nothing' });
    expect(answer({ about, actions: [] })).toEqual({
      tone: 'nothing',
      text: 'cleo@x.com opened "News". No deal of Cleo has entered a stage yet, so Stagepost has started no campaign.',
    });
    const parked = event({ ...about, outcome: 'parked', reason: 'No contact in Kommo has this email.' });
    expect(answer({ about: parked, actions: [], client: null }).tone).toBe('waiting');
  });

  it('a day later the date is given instead of the time that has passed', () => {
    const mail = { state: 'unsubscribed' as const, since: NOW - 18 * 86_400 };
    expect(answer({ mail }).text).toContain('unsubscribed on 12 Nov, so');
  });
});

describe('the event that the answer is about', () => {
  /** @param second when it happened */
  const row = (
    id: number,
    kind: AnswerEvent['kind'],
    second: number,
    rule: string | null = 'Sales / Won → deal_won',
  ) => ({
    ...{ id, kind, rule },
    occurredAt: second * 1000,
  });

  it('is the latest move or timer, whatever was reported after it', () => {
    const moved = row(2, 'deal_moved', 20);
    const later = [row(4, 'mail_report', 40), row(3, 'deal_changed', 30)];
    expect(answerSubject([...later, moved, row(1, 'deal_moved', 10)])).toBe(moved);
    const ranOut = row(3, 'inactivity', 30);
    expect(answerSubject([row(4, 'mail_report', 40), ranOut, moved])).toBe(ranOut);
  });

  it('is the move that happened last, also where an earlier one was found later', () => {
    const moved = row(1, 'deal_moved', 20);
    expect(answerSubject([row(2, 'deal_moved', 10, null), moved])).toBe(moved);
    expect(answerSubject([row(2, 'deal_moved', 20, null), moved])).toBe(moved);
  });

  it('is the deletion where the deal was deleted after it', () => {
    const deleted = row(2, 'deal_deleted', 20);
    expect(answerSubject([deleted, row(1, 'deal_moved', 10)])).toBe(deleted);
    const restored = row(3, 'deal_moved', 30);
    expect(answerSubject([restored, deleted])).toBe(restored);
  });

  it('is a report, else the newest event, where nothing has moved', () => {
    const report = row(1, 'mail_report', 10);
    expect(answerSubject([row(2, 'contact_changed', 20), report])).toBe(report);
    expect(answerSubject([])).toBeNull();
  });
});

it('what Customer.io refused afterwards is a part of the answer', () => {
  const refused = refusalWarning({
    call: 'identify',
    name: 'email',
    value: 'cleo@new.example',
    reason: 'The identifier is already associated with a different profile.',
  });
  const identify = track({ kind: 'identify', event: null, refused });
  const given = answer({ actions: [identify, track()], emails: [delivered()] });
  expect(given.tone).toBe('warning');
  expect(given.text).toContain(
    ' But Customer.io refused the email cleo@new.example: it belongs to another profile.',
  );
});
