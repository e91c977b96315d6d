import { expect, it } from 'vitest';
import type { MailReport } from '../../../domain/events.ts';
import { en } from '../../../languages/en.ts';
import type { ActivityRow } from '../activity/contract.ts';
import { answerFor, type SubjectFacts } from './answer.ts';

const MOVED_AT = 1_796_040_000;

const row = (part: Partial<ActivityRow>): ActivityRow => ({
  id: 9,
  connection: 'acme',
  kind: 'deal_moved',
  direction: 'to_customerio',
  name: null,
  title: 'Deal 5 moved from "New" to "Won" (Sales)',
  message: null,
  sender: null,
  dealId: 5,
  deal: null,
  person: 'ann@acme.com',
  client: null,
  occurredAt: MOVED_AT * 1000,
  at: MOVED_AT * 1000,
  outcome: 'done',
  reason: null,
  rule: null,
  actions: { done: 3, open: 0, failed: 0, dropped: 0 },
  clientState: 'mailable',
  noEmail: null,
  reports: 1,
  repaired: false,
  ...part,
});
const track = {
  kind: 'track',
  title: 'Customer.io: event deal_won',
  state: 'done',
  error: null,
  todo: null,
  event: 'deal_won',
};
const facts = (part: Partial<SubjectFacts>): SubjectFacts => ({
  q: '5',
  timeline: [],
  reports: [],
  namesEvents: false,
  actions: [track],
  own: [],
  client: { name: 'Ann', mailability: { state: 'mailable', since: null } },
  words: en,
  hasCampaign: null,
  lane: null,
  planning: null,
  matches: 0,
  running: [],
  now: (MOVED_AT + 120) * 1000,
  timezone: 'UTC',
  ...part,
});
const delivered = (occurredAt: number, subject: string): MailReport => ({
  kind: 'mail_report',
  name: 'email_delivered',
  reportId: subject,
  person: { id: null, email: 'ann@acme.com', cioId: null },
  occurredAt,
  deliveryId: subject,
  machine: false,
  values: { subject },
});

it('where events wait, nobody can say that a client has none', () => {
  const answer = answerFor(
    facts({ q: 'eve@acme.com', client: null, planning: 'Kommo does not accept the token.' }),
  );
  expect(answer.tone).toBe('waiting');
  expect(answer.text).toMatch(/theirs may be among them: Kommo does not accept the token/);
});

it('where nothing is stored about a deal, that is the answer', () => {
  const answer = answerFor(facts({ client: null }));
  expect(answer).toMatchObject({ tone: 'nothing', event: null });
  expect(answer.text).toMatch(/^Stagepost has stored nothing about deal 5: no webhook has named it/);
});

it('where nothing is stored about an address, that is the answer', () => {
  expect(answerFor(facts({ q: 'eve@acme.com' })).text).toContain('none of their deals has entered a stage');
});

it.each(['Ann Lee', 'Acme', 'acme.com'])(
  'for "%s" it does not claim that nothing is stored, and says whom Stagepost knows',
  (q) => {
    const { text } = answerFor(facts({ q }));
    expect(text).not.toContain('stored nothing');
    expect(text).toMatch(new RegExp(`^No client or deal matches "${q}"\\. Stagepost knows clients whose`));
  },
);

it('of several clients of a name one is to be chosen', () => {
  expect(answerFor(facts({ q: 'Ann', client: null, matches: 3 })).text).toBe(
    '3 clients or deals match "Ann". Choose one of them.',
  );
});

it('a report that came after the move says what became of its email, and is not the answer itself', () => {
  const opened = row({
    id: 10,
    kind: 'mail_report',
    outcome: 'nothing',
    reason: 'No rule for email_delivered.',
  });
  const reports = [delivered(MOVED_AT + 60, 'Thank you'), delivered(MOVED_AT - 60, 'Earlier one')].map(
    (each) => ({ report: each, causedBy: null }),
  );
  expect(answerFor(facts({ timeline: [opened, row({})], reports }))).toEqual({
    text: 'Ann got the email "Thank you" 1 min ago. It has not been opened yet.',
    tone: 'good',
    event: 9,
    at: MOVED_AT * 1000,
  });
});

it('a report that came after a move without a rule does not hide the reason', () => {
  const report = row({
    id: 10,
    kind: 'mail_report',
    outcome: 'nothing',
    reason: 'No rule for email_delivered.',
  });
  const moved = row({ outcome: 'nothing', reason: 'No rule for the stage Won.', clientState: null });
  const answer = answerFor(facts({ timeline: [report, moved], actions: [] }));
  expect(answer).toMatchObject({ tone: 'nothing', event: 9 });
  expect(answer.text).toMatch(/^Ann did not get an email: no rule for the stage Won\./);
});
