import type { NoEmailReason } from './api/types.ts';
import { missedLabels } from './texts-overview.ts';

/** Why no email was due, in the words of the overview. */
export const noEmailLabels: Record<NoEmailReason, string> = {
  unsubscribed: missedLabels.unsubscribed,
  complained: missedLabels.complained,
  bounced: missedLabels.bounced,
  suppressed: missedLabels.suppressed,
  no_address: missedLabels.no_address,
  no_contact: missedLabels.no_contact,
  no_rule: missedLabels.no_rule,
  condition: missedLabels.condition,
  once: missedLabels.once,
  repeated: missedLabels.repeated,
  late: missedLabels.late,
  left: missedLabels.left,
  gone: missedLabels.gone,
  failed: missedLabels.failed,
};

export const activityTexts = {
  reason: 'No email because',
  stage: 'Stage',
  rule: 'Rule',
  campaign: 'Campaign',
  owner: 'Account manager',
  showNothing: 'Show rows with nothing to do',
  more: (count: number) => (count === 0 ? 'More filters' : `More filters (${count})`),
  fewer: 'Fewer filters',
  since: (what: string, when: string) => `${what} are known since ${when}.`,
  reasonsSince: 'Reasons for no email',
  ownersSince: 'Account managers',
  times: (count: number) => `${count}×`,
  timesHint: (count: number) =>
    count === 2 ? 'Reported twice, counted once' : `Reported ${count} times, counted once`,
  otherReports: 'Other reports of this message:',
  hidden: 'Rows with nothing to do are hidden.',
  toSetup: 'Check the connections',
};
