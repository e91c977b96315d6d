import type { AlertLevel, AlertReceiver, AlertTopic } from './api/types.ts';
import { plural } from './texts.ts';

/** The texts of the page Alerts. Kept apart from `texts.ts` so that the first page does not load them. */
export const alertTexts = {
  title: 'Alerts',
  lead: 'Who is told when something stops working, and when it works again. One message for each change; what changes together is one message.',
  none: 'Nobody is told yet',
  noneHint:
    'If Kommo refuses the token tonight, you only learn of it here. Add a receiver to stagepost.yaml and restart: Slack, mail, a webhook, or a task in Kommo.',
  example: 'What to write in stagepost.yaml',
  exampleText: `alerts:
  receivers:
    - name: team
      kind: slack
      target_url: \${SLACK_WEBHOOK_URL}
    - name: office
      kind: mail
      smtp_url: \${SMTP_URL}
      from: stagepost@example.com
      to: [ops@example.com]
    - name: sales
      kind: kommo_task
      user: Maria Lopez`,
  receivers: 'Receivers',
  kinds: {
    webhook: 'Webhook',
    slack: 'Slack',
    mail: 'Mail',
    kommo_task: 'Task in Kommo for',
  } satisfies Record<AlertReceiver['kind'], string>,
  gets: (what: string) => `Gets ${what}.`,
  levels: {
    broken: 'failures',
    warning: 'warnings',
    recovered: 'recoveries',
  } satisfies Record<AlertLevel, string>,
  about: 'about',
  topics: {
    health: 'health',
    dead_letters: 'failed actions',
    backlog: 'backlog',
    opt_outs: 'opt-outs',
    gaps: 'missed webhooks',
  } satisfies Record<AlertTopic, string>,
  everything: 'everything',
  of: (connections: string) => `only for ${connections}`,
  never: 'No message yet.',
  works: 'Last message delivered',
  testWorked: 'Last test delivered',
  fails: 'Not reached; the first failure was',
  nextAttempt: 'Next attempt',
  waiting: (count: number) => `${plural(count, 'change waits', 'changes wait')} to be sent.`,
  test: 'Send a test',
  testOf: (name: string) => `Send a test to ${name}`,
  delivered: (name: string) => `The test was accepted. Check that it has arrived at ${name}.`,
  notDelivered: 'The test did not arrive:',
  open: 'Ongoing problems',
  mute: 'Mute',
  muteOf: (name: string) => `Mute ${name}`,
  forHour: 'For 1 hour',
  forDay: 'For 1 day',
  forWeek: 'For 1 week',
  until: 'Until …',
  untilLabel: 'Muted until',
  untilHint: 'At most 30 days. In your time zone.',
  tooLate: 'Choose a time in the next 30 days.',
  cancel: 'Cancel',
  everywhere: 'all connections',
  installation: 'Stagepost itself',
  muted: 'Muted',
  mutedHint: 'Nothing of this is sent. What still lasts at the end is sent then.',
  mutedUntil: 'ends',
  mutedBy: (name: string) => `by ${name}`,
  everyReceiver: 'all receivers',
  everyProblem: 'every problem',
  unmute: 'End now',
  unmuteOf: (name: string) => `End now: ${name}`,
  messages: 'Last messages',
  noMessages: 'Nothing has been sent yet.',
  to: 'To',
  outcomes: { delivered: 'Delivered', failed: 'Failed' },
  attempts: (count: number) => `after ${plural(count, 'attempt')}`,
};
