import type {
  CampaignOptions,
  CustomerioSimulator,
  MailMessage,
} from '../../../../simulators/customerio/index.ts';
import type { BoardMail, MailMark } from '../contract.ts';

interface MailText {
  event: string;
  /** The campaign's name. */
  name: string;
  subject: string;
  body: string[];
  link: { label: string; href: string };
}

/** One campaign for each event of the example's rules, and one for an event that a visitor's rules may send. */
const TEXTS: MailText[] = [
  {
    event: 'demo_scheduled',
    name: 'Demo scheduled',
    subject: 'Your demo is booked',
    body: [
      'Good news: your demo is booked. It takes half an hour, and you need nothing but a browser.',
      'If you tell us beforehand which questions matter to you, we will start with those.',
    ],
    link: { label: 'Add it to my calendar', href: 'https://seller.example/demo/calendar' },
  },
  {
    event: 'demo_completed',
    name: 'Demo completed',
    subject: 'Thank you for your time',
    body: [
      'Thank you for joining the demo. The recording is ready, with a chapter for each of your questions.',
    ],
    link: { label: 'Watch the recording', href: 'https://seller.example/demo/recording' },
  },
  {
    event: 'proposal_sent',
    name: 'Proposal sent',
    subject: 'Your proposal',
    body: ['Here is the proposal we talked about. It is valid for 30 days, and every line can be discussed.'],
    link: { label: 'Read the proposal', href: 'https://seller.example/proposal' },
  },
  {
    event: 'onboarding_started',
    name: 'Onboarding',
    subject: 'Welcome aboard',
    body: ['Your account is ready. Three short steps, and your team can start today.'],
    link: { label: 'Set up my account', href: 'https://seller.example/onboarding' },
  },
  {
    event: 'deal_won',
    name: 'Deal won',
    subject: 'Thank you for choosing us',
    body: ['Thank you for choosing us. This page has your contract, your contacts and what happens next.'],
    link: { label: 'See what happens next', href: 'https://seller.example/welcome' },
  },
  {
    event: 'onboarding_inactive',
    name: 'Onboarding inactive',
    subject: 'Need a hand getting started?',
    body: ['We have not heard from you yet. A colleague can set everything up with you in 20 minutes.'],
    link: { label: 'Choose a time', href: 'https://seller.example/help' },
  },
  {
    event: 'deal_lost',
    name: 'Deal lost',
    subject: 'Sorry to see you go',
    body: ['It did not work out this time. If you tell us why, we will do better.'],
    link: { label: 'Answer two questions', href: 'https://seller.example/feedback' },
  },
];

const BY_EVENT = new Map(TEXTS.map((text) => [text.event, text]));

/** The campaigns of the simulated Customer.io. */
export const campaigns: CampaignOptions[] = TEXTS.map(({ event, name, subject, link }) => ({
  event,
  name,
  subject,
  links: [link.href],
}));

export const campaignEvents: string[] = TEXTS.map(({ event }) => event);

/** An email as its client sees it. @param firstName of the client */
export function boardMail(message: MailMessage, firstName: string): BoardMail {
  const { deliveryId: delivery, subject, event, state, metrics, failureMessage } = message;
  const text = BY_EVENT.get(event);
  return {
    delivery,
    event,
    state,
    subject,
    at: Math.min(...Object.values(metrics)) * 1000,
    body: text ? [`Hi ${firstName},`, ...text.body] : [],
    link: text?.link ?? null,
    marks: marksOf(metrics),
    why: failureMessage,
  };
}

/** The metrics of the simulator that say who has done what: `opened` alone does not say whether it was a person. */
const MARKS: [metric: string, mark: MailMark][] = [
  ['prefetch_opened', 'machine_opened'],
  ['human_opened', 'opened'],
  ['human_clicked', 'clicked'],
  ['converted', 'converted'],
  ['unsubscribed', 'unsubscribed'],
  ['spammed', 'spammed'],
];

function marksOf(metrics: MailMessage['metrics']): MailMark[] {
  return MARKS.filter(([metric]) => metrics[metric] !== undefined)
    .sort(([a], [b]) => metrics[a]! - metrics[b]!)
    .map(([, mark]) => mark);
}

/** The events for which Customer.io has made no email, by person (`cio_id`). */
export class UnsentMails {
  readonly #byPerson = new Map<string, BoardMail[]>();
  readonly #now: () => number;

  /** @param now ms */
  constructor(customerio: Pick<CustomerioSimulator, 'on'>, now: () => number) {
    this.#now = now;
    customerio.on((event) => {
      if (event.type === 'campaign_skipped') this.#add(event.event, 'skipped', event.reason);
      else if (event.type === 'event' && !event.duplicate && !BY_EVENT.has(event.event.name))
        this.#add(event.event, 'no_campaign', null);
    });
  }

  of(cioId: string): BoardMail[] {
    return this.#byPerson.get(cioId) ?? [];
  }

  #add(
    { name, cioId }: { name: string; cioId: string | null },
    state: 'skipped' | 'no_campaign',
    why: string | null,
  ): void {
    if (cioId === null) return;
    const mails = this.#byPerson.get(cioId) ?? [];
    this.#byPerson.set(cioId, mails);
    mails.push({
      delivery: `${state} ${cioId} ${mails.length}`,
      event: name,
      state,
      subject: BY_EVENT.get(name)?.subject ?? null,
      at: this.#now(),
      body: [],
      link: null,
      marks: [],
      why,
    });
  }
}
