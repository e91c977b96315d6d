import type { CustomerioSimulator, MailMessage } from '../../../../simulators/customerio/index.ts';
import type { SideName } from '../contract.ts';
import { createClient, moveDeal, type Sides } from '../sides.ts';
import type { Client, Clients } from './clients.ts';

/** What a step must lead to on one of the sides. */
export interface ExpectedEffect {
  what: string;
  side: SideName;
  /** Falsy until the effect is there. A text is shown. */
  find(sides: Sides): unknown;
  /** It follows from a timer, which runs up to so many ms while nothing is under way. Default 0. */
  afterMs?: number;
}

export interface Step {
  actor: string;
  does: string;
  client: Client;
  /** @throws Error where the visitor has made it impossible */
  act(sides: Sides): void;
  effects: ExpectedEffect[];
}

export interface Scene {
  title: string;
  steps: Step[];
}

/** The email of a campaign that the client has received. */
const mail = ({ customerio }: Sides, { email }: Client, event: string): MailMessage | undefined =>
  customerio.mailbox(email).find((message) => message.event === event);

const identified = (client: Client): ExpectedEffect => ({
  what: `Customer.io knows ${client.name}`,
  side: 'customerio',
  find: ({ customerio }) => {
    const attributes = customerio.person(client.email)?.attributes;
    if (attributes?.kommo_deal_id !== client.id) return null;
    const { plan, company, deal_amount: amount, account_manager: manager } = attributes;
    return `plan ${plan}, company ${company}, amount ${amount}, account manager ${manager}`;
  },
});

const eventSeen = (client: Client, event: string): ExpectedEffect => ({
  what: `Customer.io accepts the event ${event} and sends an email`,
  side: 'customerio',
  find: (sides) => {
    const message = mail(sides, client, event);
    return message && `"${message.subject}" to ${client.email}`;
  },
});

const noteSeen = (client: Client, text: RegExp): ExpectedEffect => ({
  what: 'Kommo shows a note on the deal',
  side: 'kommo',
  find: ({ kommo }) => kommo.notes(client.id).find((note) => text.test(note.text))?.text,
});

const taskSeen = (client: Client, text: RegExp): ExpectedEffect => ({
  what: 'Kommo shows a task for the manager',
  side: 'kommo',
  find: ({ kommo }) => kommo.tasks(client.id).find((task) => text.test(task.text))?.text,
});

const fieldSeen = (client: Client, value: string): ExpectedEffect => ({
  what: 'Kommo shows on the deal',
  side: 'kommo',
  find: ({ kommo }) => kommo.deal(client.id)?.fields.email_status === value && `email_status ${value}`,
});

const newDeal = (sides: Sides, { id, ...client }: Client) => createClient(sides, { ...client, dealId: id });

const stageStep = (client: Client, stage: string, event: string, note: RegExp, isFirst = false): Step => ({
  actor: 'The sales manager',
  does: `moves the deal of ${client.name} to "${stage}".`,
  client,
  act: (sides) => moveDeal(sides, client.id, stage),
  effects: [...(isFirst ? [identified(client)] : []), eventSeen(client, event), noteSeen(client, note)],
});

type MailAct = (customerio: CustomerioSimulator, deliveryId: string) => void;

/** Something that the client does with an email. @throws Error where it has not arrived */
const mailAct = (client: Client, event: string, act: MailAct) => (sides: Sides) => {
  const message = mail(sides, client, event);
  if (!message) throw new Error(`${client.name} has no email of ${event}.`);
  act(sides.customerio, message.deliveryId);
};

export function scenesOf({ ann, ben, cleo, dora }: Clients): Scene[] {
  return [
    {
      title: '1. A deal goes through its stages',
      steps: [
        {
          actor: 'The sales manager',
          does: `creates the deal of ${ann.name} (${ann.company}).`,
          client: ann,
          act: (sides) => void newDeal(sides, ann),
          effects: [
            { what: 'Kommo has the deal', side: 'kommo', find: ({ kommo }) => kommo.deal(ann.id)?.name },
          ],
        },
        stageStep(ann, 'Demo scheduled', 'demo_scheduled', /demo_scheduled/, true),
        stageStep(ann, 'Demo completed', 'demo_completed', /demo_completed/),
        stageStep(ann, 'Proposal sent', 'proposal_sent', /proposal_sent/),
        stageStep(ann, 'Onboarding', 'onboarding_started', /Onboarding email campaign/),
        stageStep(ann, 'Closed - won', 'deal_won', /'deal_won' launched/),
      ],
    },
    { title: '2. The client reads, and the deal shows it', steps: readingSteps(ann) },
    { title: '3. An email bounces', steps: [bounceStep(ben)] },
    { title: '4. A client unsubscribes', steps: unsubscribeSteps(cleo) },
    { title: '5. A client stays silent (five days pass in 12 seconds)', steps: [silentStep(dora)] },
  ];
}

function readingSteps(ann: Client): Step[] {
  return [
    {
      actor: "Apple's mail privacy",
      does: 'fetches the pictures of the email before anybody has seen it: no note. Then Ann opens it.',
      client: ann,
      act: mailAct(ann, 'deal_won', (customerio, id) => {
        customerio.open(id, { machine: 'apple' });
        customerio.open(id);
      }),
      effects: [noteSeen(ann, /^Client opened email/)],
    },
    {
      actor: 'Ann',
      does: 'clicks a link in it.',
      client: ann,
      act: mailAct(ann, 'deal_won', (customerio, id) => void customerio.click(id)),
      effects: [noteSeen(ann, /^Clicked link/)],
    },
    {
      actor: 'Ann',
      does: 'does what the campaign wanted: a conversion.',
      client: ann,
      act: mailAct(ann, 'deal_won', (customerio, id) => void customerio.convert(id)),
      effects: [noteSeen(ann, /^Conversion from email/)],
    },
  ];
}

function bounceStep(ben: Client): Step {
  return {
    actor: 'The sales manager',
    does: `books a demo with ${ben.name}, whose address is out of date.`,
    client: ben,
    act(sides) {
      newDeal(sides, ben);
      sides.customerio.bounce(ben.email, '550 5.1.1 user unknown');
      moveDeal(sides, ben.id, 'Demo scheduled');
    },
    effects: [identified(ben), fieldSeen(ben, 'bounced'), taskSeen(ben, /not delivered/)],
  };
}

function unsubscribeSteps(cleo: Client): Step[] {
  return [
    {
      actor: 'The sales manager',
      does: `sends a proposal to ${cleo.name}.`,
      client: cleo,
      act(sides) {
        newDeal(sides, cleo);
        moveDeal(sides, cleo.id, 'Proposal sent');
      },
      effects: [identified(cleo), eventSeen(cleo, 'proposal_sent')],
    },
    {
      actor: 'Cleo',
      does: 'unsubscribes.',
      client: cleo,
      act: mailAct(cleo, 'proposal_sent', (customerio, id) => customerio.unsubscribe(id)),
      effects: [fieldSeen(cleo, 'unsubscribed'), taskSeen(cleo, /clarify preferences/)],
    },
  ];
}

function silentStep(dora: Client): Step {
  return {
    actor: 'The sales manager',
    does: `wins the deal of ${dora.name}, who opens nothing.`,
    client: dora,
    act(sides) {
      newDeal(sides, dora);
      moveDeal(sides, dora.id, 'Closed - won');
    },
    effects: [
      identified(dora),
      eventSeen(dora, 'deal_won'),
      { ...eventSeen(dora, 'onboarding_inactive'), afterMs: 20_000 },
      taskSeen(dora, /reach out to Dora/),
    ],
  };
}
