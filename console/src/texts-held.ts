import { number, plural } from './texts.ts';

/** The texts of the page about held deals. */
export const heldTexts = {
  title: 'Held deals',
  lead: 'Many deals entered a stage at once, as in an import or a bulk edit. Their events wait here, and no campaign starts until you decide. The first deals may have been sent before the limit was reached.',
  restored:
    'The database was restored from an earlier state. The events of these deals may have been sent already, before that. Look at the people in Customer.io: if it shows the event, send nothing.',
  backfill:
    'A backfill has found these deals in the stage. Somebody has asked for their events: decide here whether they are sent.',
  none: 'No deals are held.',
  noneHint:
    'When many deals enter a stage at once, as in an import or a bulk edit, their events wait here, so that nobody emails hundreds of clients by mistake. You choose which ones are sent. The usual limit is 100 deals a minute; you can change it in the rules.',
  viewer: 'You need the editor role to decide.',
  decided: 'Already decided',
  card: (held: number, stage: string) => `${plural(held, 'deal')} held in “${stage}”`,
  sendingCard: (stage: string) => `Sending the deals held in “${stage}”`,
  decidedCard: (deals: number, stage: string) => `${plural(deals, 'deal')} in “${stage}”`,
  growing: 'still growing',
  growingHint: 'Deals that enter the stage within 5 minutes of the last one are held, too.',
  facts: {
    why: 'Why',
    event: 'Event for Customer.io',
    stage: 'Stage',
    entered: 'Entered the stage',
    ranOut: 'Ran out',
    movedBy: 'Moved by',
    old: 'Too old',
    examples: 'Examples',
  },
  openInKommo: 'Open in Kommo',
  stageOf: (pipeline: string, stage: string) => `${pipeline} / ${stage}`,
  within: (time: string) => `within ${time}, the last`,
  atOnce: 'all at once,',
  movedByUnknown: 'Kommo doesn’t say',
  integration: 'an integration',
  user: (id: number) => `user ${id}`,
  userDeals: (name: string, deals: number) => `${name} (${number(deals)})`,
  firstThousand: 'of the first 1,000',
  old: (count: number) =>
    `${plural(count, 'deal')} entered the stage more than 72 hours ago. Customer.io starts no campaign for events that old.`,
  sendAll: (count: number) => `Send all ${number(count)} …`,
  sendOne: 'Send …',
  sendNone: 'Send none …',
  choose: 'Choose deals',
  closeChoice: 'Close the list',
  list: {
    label: 'Held deals to choose from',
    deal: 'Deal',
    entered: 'Entered the stage',
    movedBy: 'Moved by',
    pick: (deal: number) => `Choose deal ${deal}`,
    pickPage: 'Choose all on this page',
    pages: 'Pages of the list',
    previous: 'Previous',
    next: 'Next',
    page: (page: number) => `Page ${number(page)}`,
    chosen: (count: number, all: number) => `${number(count)} of ${number(all)} chosen`,
    chooseAll: (count: number) => `Choose all ${number(count)}`,
    clear: 'Choose none',
    send: (count: number) => `Send ${number(count)} …`,
    discard: (count: number) => `Send nothing for ${number(count)} …`,
    empty: 'Nothing is held here any more.',
  },
  send: {
    title: 'Send held deals',
    head: (count: number, event: string) =>
      `Customer.io gets “${event}” for the ${count === 1 ? 'client of 1 deal' : `clients of ${number(count)} deals`}.`,
    campaigns: 'Campaigns that start from this event may email them.',
    undone: 'This can’t be undone once it is sent.',
    order: 'Deals that change stage in the meantime go first.',
    contact: 'A deal without a contact with an email waits for one.',
    rest: (count: number) => `${plural(count, 'other deal stays', 'other deals stay')} held.`,
    time: 'Time of these events',
    keep: (count: number) =>
      `Keep the time of the stage change: ${plural(count, 'deal stays', 'deals stay')} held`,
    now: 'Use the time of sending: campaigns start for all of them',
    button: (count: number) => `Send ${number(count)}`,
    nothing: 'Nothing was sent: these deals are no longer held. Somebody else may have decided.',
  },
  discard: {
    title: 'Send nothing',
    lead: (count: number, event: string) =>
      `“${event}” will never be sent for ${plural(count, 'deal')}. The deals stay as they are in Kommo.`,
    whyHint: 'Saved with each deal and in the audit log. For example: “import of old clients”.',
    button: (count: number) => `Send nothing for ${number(count)}`,
    nothing: 'Nothing has changed: these deals are no longer held. Somebody else may have decided.',
  },
  progress: {
    label: 'Sending progress',
    sent: (done: number, all: number) => `${number(done)} of ${number(all)} sent`,
    sending: (count: number) => `${number(count)} being sent`,
    waiting: (count: number) => `${plural(count, 'waits', 'wait')} for a contact with an email`,
    failed: (count: number) => `${number(count)} failed`,
    seeFailures: 'See the problems',
    ended: (count: number) =>
      `${plural(count, 'deal needed no event', 'deals needed no event')}, for example because the deal was deleted or has no client to email`,
  },
  decisions: {
    label: 'Decisions',
    somebody: 'Somebody',
    sent: (who: string, count: number) => `${who} sent ${plural(count, 'deal')}`,
    withNow: 'with the time of sending',
    discarded: (who: string, count: number) => `${who} sent nothing for ${plural(count, 'deal')}`,
    gone: (count: number) =>
      count === 1
        ? '1 deal is no longer held, for example because it was deleted or moved on'
        : `${number(count)} deals are no longer held, for example because they were deleted or moved on`,
  },
  withOthers: (others: number) =>
    others === 0 ? 'Held for a decision' : `Held with ${plural(others, 'other')}`,
  decide: 'See the held deals',
};
