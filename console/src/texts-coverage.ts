import { plural } from './texts.ts';

/** The texts about the campaigns that events start. */
export const coverageTexts = {
  column: 'Campaign it starts',
  running: 'running',
  draft: 'draft',
  stopped: 'stopped',
  none: 'No campaign',
  noRunning: 'No running campaign',
  notKnown: 'not known',
  more: (count: number) => `and ${count} more`,
  opensCustomerio: (name: string) => `${name} (opens Customer.io)`,
  title: 'Campaigns in Customer.io',
  good: 'A running campaign starts from each event.',
  missing: (count: number) =>
    count === 1 ? 'One event starts no running campaign.' : `${count} events start no running campaign.`,
  read: 'Campaigns last read',
  notRead: 'The campaigns have not been read yet.',
  failed: 'Customer.io’s campaigns could not be read:',
  check: 'Check again',
  open: 'Open campaigns in Customer.io',
  others: (count: number) =>
    `${plural(count, 'event')} that ${count === 1 ? 'starts' : 'start'} campaigns, but that no rule sends`,
  othersHint:
    'Other systems may send them: your app, your website. Only if you expect an email here is something missing.',
  moreOthers: (count: number) => `${count} more are not shown.`,
  onPublishHint: 'You can publish anyway and start the campaign later.',
};
