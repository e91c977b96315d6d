import type { EffectState, MailAction, MailMark, OutageKind, SideName, Story } from './pages/board/types.ts';
import { number, plural } from './texts.ts';

/** The texts of the demo board. Kept apart from `texts.ts` so that the first page does not load them. */
export const boardTexts = {
  title: 'Demo board',
  lead: 'Kommo and Customer.io are simulated here. Move deals as the sales team would, read the emails as the clients would, and break what you like: Stagepost does the rest.',
  add: 'New deal',
  addName: 'Client',
  addHint: 'Leave it empty for any name.',
  addButton: 'Create',
  onlyDemo: 'The board is only available in the demo.',
  onlyDemoHint: 'Start it with: npx stagepost demo',
  choose: 'Select a deal to see its card and the client’s mailbox.',
  stage: 'Stage',
  starts: (event: string) => `starts ${event}`,
  startsNothing: (event: string) => `sends ${event}: no campaign listens to it`,
  scroll:
    'Scroll sideways for more stages. To move a deal without dragging, select it and choose a stage on its card.',
  /** In US dollars. */
  price: (dollars: number) => `$${number(dollars)}`,
  inKommo: 'In Kommo',
  noEntries: 'No notes or tasks yet.',
  note: 'Note',
  task: 'Task',
  mailbox: (email: string) => `Mailbox of ${email}`,
  noMails: 'No email yet. Move the deal to a stage that starts a campaign.',
  unread: 'not opened',
  mailState: {
    sent: '',
    bounced: 'bounced',
    dropped: 'not sent',
    failed: 'not sent',
    skipped: 'not sent',
    no_campaign: '',
  },
  notSent: {
    unsubscribed: 'Not sent: the client has unsubscribed.',
    suppressed: 'Not sent: an earlier email to this address bounced or was marked as spam.',
    bounced: (why: string) => `Bounced: ${why}`,
    other: (why: string) => `Not sent: ${why}`,
    noCampaign: (event: string) =>
      `No campaign in Customer.io is triggered by ${event}, so no email was sent.`,
  },
  marks: {
    opened: 'opened',
    machine_opened: 'opened by Apple Mail Privacy: ignored',
    clicked: 'clicked',
    converted: 'converted',
    unsubscribed: 'unsubscribed',
    spammed: 'marked as spam',
  } satisfies Record<MailMark, string>,
  acts: {
    open: 'Open',
    machine_open: 'Let Apple Mail Privacy open it',
    click: 'Click the link',
    convert: 'Do what the campaign wants (conversion)',
    unsubscribe: 'Unsubscribe',
    spam: 'Mark as spam',
    bounce: 'Bounce',
  } satisfies Record<MailAction, string>,
  more: (subject: string) => `More about “${subject}”`,
  footer: 'You get this email because you talk to our sales team.',
  why: 'What Stagepost did, and why',
};

export const storyTexts = {
  title: 'The story',
  state: {
    ready: 'not started',
    playing: 'playing',
    paused: 'paused',
    ended: 'ended',
  } satisfies Record<Story['state'], string>,
  lead: 'Four clients from the first move to the last click. Each line is checked on the other side, with the time that it took. It has clients of its own: play with the others while it runs.',
  start: 'Start the story',
  resume: 'Go on',
  pause: 'Pause',
  next: 'Next step',
  replay: 'Play it again',
  scenes: 'Scenes',
  scene: (title: string) => title.replace(/^\d+\. /, ''),
  effect: {
    waiting: '…',
    seen: 'seen',
    missed: 'did not come, and nothing is under way any more',
    yours: 'you were quicker: you have changed this client yourself',
    skipped: 'not waited for',
  } satisfies Record<EffectState, string>,
  side: { kommo: 'Kommo', customerio: 'Customer.io' } satisfies Record<SideName, string>,
  ms: (ms: number) => `${number(ms)} ms`,
  slow: (ms: number, isBroken: boolean) =>
    `waiting for ${number(Math.round(ms / 1000))} s${isBroken ? ', until everything is repaired' : ''}`,
  show: 'Show this deal',
};

export const outageTexts = {
  title: 'Break something',
  lead: 'Three deals go on moving while it is broken. Watch what waits, then repair it.',
  act: {
    kommo_token: 'Revoke Kommo’s token',
    customerio_away: 'Take Customer.io down',
    rate_limit: 'Kommo answers 429',
    signing_key: 'Wrong signing key',
    missing_field: 'Delete a field in Kommo',
    killed_server: 'Kill Stagepost (kill -9)',
  } satisfies Record<OutageKind, string>,
  broken: {
    kommo_token: 'Kommo refuses the token. Stage changes are stored, and nothing is thrown away.',
    customerio_away: 'Customer.io cuts every connection. Events wait and keep their order.',
    rate_limit: 'Kommo answers “too many requests” to everything. Stagepost slows down and waits.',
    signing_key:
      'Customer.io signs with a key that Stagepost does not know. Opens and clicks are refused, and Customer.io keeps them. Here it waits 5 s before it tries again; in real life an hour.',
    missing_field:
      'The deal field email_status is deleted in Kommo, and three clients unsubscribe. Kommo refuses to note it on their deals. Look at Problems: repair it here or create the field on Connections, then retry.',
    killed_server: 'Stagepost was killed in the middle of its work. It starts again by itself.',
  } satisfies Record<OutageKind, string>,
  repair: 'Repair',
  arrived: (arrived: number, all: number) => `${arrived} of ${all} have arrived`,
  recovering:
    'Repaired. What has waited is on its way: the longer it was broken, the longer Stagepost waits before it asks again, up to a minute.',
  proven: (all: number, took: string) => `Nothing was lost: all ${all} arrived within ${took} of the repair.`,
  touched: (deals: number) =>
    `You have changed ${plural(deals, 'of these deals', 'of these deals')} yourself: not counted.`,
  incomplete: (count: number) => `${number(count)} did not arrive, and nothing is under way any more.`,
  once: 'In order, and each once.',
  twice: (count: number) => `${plural(count, 'arrived twice', 'arrived twice')}.`,
  outOfOrder: 'Not in the order of the moves.',
  parcel: (what: string, deal: number, count: number) =>
    `${what}, deal ${deal}: ${count === 0 ? 'waiting' : count === 1 ? 'arrived' : `arrived ${count} times`}`,
  overview: 'How Stagepost reports it',
  problems: 'See it in Problems',
  retry: 'The field is back. What Kommo has refused is sent again when you press Retry in Problems.',
};

export const flowTexts = {
  label: 'What has passed through Stagepost',
  webhooks: (count: number) => plural(count, 'webhook'),
  reports: (count: number) => plural(count, 'report'),
  refused: (count: number) => `${number(count)} refused`,
  writes: (count: number) => plural(count, 'write'),
  calls: (count: number) => plural(count, 'call'),
  events: (count: number) => plural(count, 'event'),
  waiting: (count: number) => (count === 0 ? 'nothing waits' : `${number(count)} waiting`),
};
