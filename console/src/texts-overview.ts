import type { MissedReason } from './api/types.ts';
import { number, plural } from './texts.ts';

/** Why deals were not emailed, as the continuation of a number: "3 unsubscribed". */
export const missedLabels: Record<MissedReason, string> = {
  unsubscribed: 'Unsubscribed',
  complained: 'Marked an email as spam',
  bounced: 'Address bounced',
  suppressed: 'Address on a suppression list',
  no_address: 'Contact has no email',
  no_contact: 'Deal has no contact',
  gone: 'Deal not found in Kommo',
  no_rule: 'Stage has no rule',
  condition: 'Condition not met',
  once: 'Sent before (once)',
  repeated: 'Sent by a backfill',
  late: 'Too late',
  left: 'Left the stage before the event was due',
  scheduled: 'Scheduled for later',
  held: 'Held, waiting for a decision',
  discarded: 'Dismissed',
  sending: 'On the way to Customer.io',
  failed: 'Failed',
  not_delivered: 'Customer.io could not send it',
  no_report: 'No email reported by Customer.io',
};

/** What to know about a reason, or to do about it. */
export const missedHints: Record<MissedReason, string> = {
  unsubscribed: 'Customer.io sends these clients nothing.',
  complained: 'Customer.io sends these clients nothing.',
  bounced: 'No email reaches the address. Correct it in Kommo.',
  suppressed: 'Customer.io does not send to the address until it is removed from the list.',
  no_address: 'Add an email to the contact in Kommo. New stage changes wait up to a day for one.',
  no_contact: 'Add a contact to the deal in Kommo. New stage changes wait up to a day for one.',
  gone: 'The deal was deleted, or the token may not see it.',
  no_rule: 'Entering the stage starts no campaign.',
  condition: 'The “if” of the stage’s rule leaves these deals out.',
  once: 'The rule sends its event only once for each deal or client.',
  repeated: 'A backfill had sent the stage’s event already.',
  late: 'The stage change was too old when Stagepost learned of it, or a contact came too late.',
  left: 'The rule drops its event when the deal leaves the stage early.',
  scheduled: 'The rule has a delay or quiet hours.',
  held: 'Very many deals entered the stage at once. Decide on the page Held deals.',
  discarded: 'Somebody decided that nothing is sent.',
  sending: 'Accepted within seconds, unless delivery is on hold: see System.',
  failed: 'Customer.io refused the event, or the rule could not be applied: see Problems.',
  not_delivered: 'Customer.io reports that sending failed.',
  no_report: 'Customer.io accepted the event. The campaign may wait, leave the client out, or be stopped.',
};

/** The numbers of a stage, each with what it counts. */
export const stepLabels = {
  entered: 'Entered',
  emailed: 'Emailed',
  opened: 'Opened',
  clicked: 'Clicked',
  missed: 'Not emailed',
};

export const overviewTexts = {
  issues: (text: string, first: string | undefined) => (first === undefined ? text : `${text}: ${first}`),
  toSystem: 'See System',
  toSteps: 'See the steps',
  pipeline: 'Pipeline',
  pipelines: 'Pipelines',
  allPipelines: 'All pipelines',
  period: 'Time',
  periods: { today: 'Today', '7d': '7 days', '30d': '30 days', custom: 'Custom' },
  from: 'From',
  to: 'To',
  stored: (day: string) => `Stage changes are stored from ${day} on.`,
  stage: 'Stage',
  movedOn: 'Moved on',
  funnel: 'Funnel',
  starts: (campaigns: string[]) => `Starts ${campaigns.map((name) => `“${name}”`).join(', ')}`,
  sends: (event: string) => `Sends ${event}`,
  noRule: 'No rule',
  share: (part: number, all: number) =>
    part === 0 || all === 0 ? '' : `${Math.round((100 * part) / all)} %`,
  numberLabel: (count: number, step: string, stage: string) =>
    `${number(count)} ${step.toLowerCase()}, ${stage}`,
  legend: { entered: 'entered', emailed: 'emailed', opened: 'opened' },
  inConnection: (pipeline: string, connection: string) => `${pipeline} · ${connection}`,
  moreFunnels: (count: number) =>
    `${plural(count, 'more pipeline')} with fewer entries. Choose a connection or a pipeline.`,
  missedTitle: 'Moved but not emailed',
  missedNone: 'Every deal that entered a stage in this period was emailed.',
  missedOf: (missed: number, entered: number) =>
    `${number(missed)} of ${plural(entered, 'entry', 'entries')}`,
  lossTitle: 'Clients lost in this period',
  unsubscribed: 'Unsubscribed or marked as spam',
  bounced: 'Addresses that bounced',
  timesTitle: 'From stage change to email',
  accepted: 'Event accepted by Customer.io',
  emailed: 'Email sent',
  noTime: 'no data',
  lossScope: 'In all pipelines.',
  timesScope: 'Medians, in all pipelines.',
  help: 'What do these numbers count?',
  helpItems: [
    ['Entered', 'Stage changes into this stage, also of new deals. A deal that comes back counts again.'],
    [
      'Emailed',
      'Entries whose event started at least one email that Customer.io reported as sent or delivered, and that did not bounce.',
    ],
    [
      'Opened',
      'Emailed entries where a person opened an email or clicked in it. Opens by machines, such as Apple Mail Privacy, do not count.',
    ],
    ['Clicked', 'Emailed entries where a person clicked a link. Link scanners do not count.'],
    [
      'Moved on',
      'Entries after which the deal’s next stage was a later one, or one of another pipeline. Lost deals have not moved on.',
    ],
    ['Not emailed', 'All other entries, each with one reason. Emailed and not emailed add up to entered.'],
    [
      'From stage change to email',
      'Medians of the latest 500 entries of each connection in this period, including delays that rules ask for.',
    ],
  ],
  empty: 'No deal entered a stage in this period.',
  emptyHint:
    'Move a deal in Kommo to a stage with a rule: it appears here within seconds. Or look at a longer period.',
  show30: 'Show 30 days',
  firstHint: 'Move a deal in Kommo to a stage with a rule: it appears here within seconds.',
  toRules: 'See which stages have a rule',
  deals: {
    all: 'Deals that entered a stage',
    titles: {
      entered: 'Deals that entered a stage',
      emailed: 'Deals that were emailed',
      opened: 'Deals whose client opened an email',
      clicked: 'Deals whose client clicked a link',
      missed: 'Deals that were not emailed',
    },
    missedFor: (reason: string) => `Not emailed: ${reason}`,
    back: 'Overview',
    client: 'Client',
    deal: 'Deal',
    stage: 'Stage',
    entered: 'Entered',
    result: 'Email',
    emailed: 'Emailed',
    opened: 'Opened',
    clicked: 'Clicked',
    event: 'See what happened',
    noClient: 'No client known',
    more: 'Show more',
    empty: 'No deal matches.',
    emptyHint: 'Choose a longer period on the overview.',
    shown: (count: number) => `${plural(count, 'deal')} shown`,
  },
};

/** `1.2 s`, `3 min`. */
export function spanText(ms: number): string {
  if (ms < 1_000) return 'under 1 s';
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 129_600_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}
