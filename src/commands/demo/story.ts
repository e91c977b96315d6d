import type { CustomerioSimulator, MailMessage } from '../../../simulators/customerio/index.ts';
import type { KommoSimulator } from '../../../simulators/kommo/index.ts';

/** Both simulated sides. */
export interface Stage {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
}

/** What a step must lead to on one of the sides. */
export interface ExpectedEffect {
  what: string;
  side: keyof Stage;
  /** Falsy until the effect is there. A text is printed. */
  find(stage: Stage): unknown;
  /** Default 10 s. */
  withinMs?: number;
}

interface Step {
  actor: string;
  does: string;
  act?(stage: Stage): void;
  effects: ExpectedEffect[];
}

export interface Scene {
  title: string;
  steps: Step[];
}

interface Client {
  id: number;
  name: string;
  company: string;
  plan: string;
  price: number;
  email: string;
}

const client = (id: number, name: string, company: string, plan: string, price: number): Client => {
  const email = `${name.split(' ')[0]!.toLowerCase()}@${company.split(' ')[0]!.toLowerCase()}.example`;
  return { id, name, company, plan, price, email };
};

const ANN = client(1001, 'Ann Lee', 'Acme Ltd', 'Pro', 1200);
const BEN = client(1002, 'Ben Ortiz', 'Bolt GmbH', 'Basic', 300);
const CLEO = client(1003, 'Cleo Park', 'Cove Inc', 'Enterprise', 9800);
const DORA = client(1004, 'Dora Novak', 'Dune SA', 'Pro', 1500);

const newDeal =
  ({ id, name, company, plan, price, email }: Client) =>
  (stage: Stage) => {
    const { kommo } = stage;
    const [firstName, lastName] = name.split(' ') as [string, string];
    const contact = kommo.createContact({ name, firstName, lastName, email, phone: '+34 600 000 000' });
    const { id: companyId } = kommo.createCompany({ name: company });
    const fields = { Plan: plan, Segment: 'SMB' };
    kommo.createDeal({ id, name: `${company}, ${plan}`, price, contactIds: [contact.id], companyId, fields });
  };

const move =
  (deal: Client, name: string) =>
  ({ kommo }: Stage) => {
    kommo.moveDeal(deal.id, kommo.stageId('Sales', name), kommo.pipelineId('Sales'));
  };

/** The email of a campaign that the client has received. */
const mail = ({ customerio }: Stage, { email }: Client, event: string): MailMessage | undefined =>
  customerio.mailbox(email).find((message) => message.event === event);

const identified = (person: Client): ExpectedEffect => ({
  what: `Customer.io knows ${person.name}`,
  side: 'customerio',
  find: ({ customerio }) => {
    const attributes = customerio.person(person.email)?.attributes;
    if (attributes?.kommo_deal_id !== person.id) return null;
    const { plan, company, deal_amount: amount, account_manager: manager } = attributes;
    return `plan ${plan}, company ${company}, amount ${amount}, account manager ${manager}`;
  },
});

const eventSeen = (person: Client, event: string): ExpectedEffect => ({
  what: `Customer.io accepts the event ${event} and sends an email`,
  side: 'customerio',
  find: (stage) =>
    mail(stage, person, event) && `"${mail(stage, person, event)!.subject}" to ${person.email}`,
});

const noteSeen = (person: Client, text: RegExp, count = 1): ExpectedEffect => ({
  what: 'Kommo shows a note on the deal',
  side: 'kommo',
  find: ({ kommo }) => {
    const notes = kommo.notes(person.id).filter((note) => text.test(note.text));
    return notes.length === count && notes.at(-1)!.text;
  },
});

const taskSeen = (person: Client, text: RegExp): ExpectedEffect => ({
  what: 'Kommo shows a task for the manager',
  side: 'kommo',
  find: ({ kommo }) => kommo.tasks(person.id).find((task) => text.test(task.text))?.text,
});

const fieldSeen = (person: Client, value: string): ExpectedEffect => ({
  what: 'Kommo shows on the deal',
  side: 'kommo',
  find: ({ kommo }) => kommo.deal(person.id)?.fields.email_status === value && `email_status ${value}`,
});

const stageStep = (person: Client, name: string, event: string, note: RegExp, isNew = false): Step => ({
  actor: 'The sales manager',
  does: `moves the deal of ${person.name} to "${name}".`,
  act: move(person, name),
  effects: [...(isNew ? [identified(person)] : []), eventSeen(person, event), noteSeen(person, note)],
});

/** Something that the client does with an email. A machine's open has no effect, which shows in the effects after it. */
const mailAct =
  (person: Client, event: string, act: (customerio: CustomerioSimulator, deliveryId: string) => void) =>
  (stage: Stage) => {
    const message = mail(stage, person, event);
    if (message) act(stage.customerio, message.deliveryId);
  };

export const story: Scene[] = [
  {
    title: '1. A deal goes through its stages',
    steps: [
      {
        actor: 'The sales manager',
        does: `creates the deal of ${ANN.name} (${ANN.company}).`,
        act: newDeal(ANN),
        effects: [
          { what: 'Kommo has the deal', side: 'kommo', find: ({ kommo }) => kommo.deal(ANN.id)?.name },
        ],
      },
      stageStep(ANN, 'Demo scheduled', 'demo_scheduled', /demo_scheduled/, true),
      stageStep(ANN, 'Demo completed', 'demo_completed', /demo_completed/),
      stageStep(ANN, 'Proposal sent', 'proposal_sent', /proposal_sent/),
      stageStep(ANN, 'Onboarding', 'onboarding_started', /Onboarding email campaign/),
      stageStep(ANN, 'Closed - won', 'deal_won', /'deal_won' launched/),
    ],
  },
  {
    title: '2. The client reads, and the deal shows it',
    steps: [
      {
        actor: "Apple's mail privacy",
        does: 'fetches the pictures of the email before anybody has seen it: no note. Then Ann opens it.',
        act: mailAct(ANN, 'deal_won', (customerio, id) => {
          customerio.open(id, { machine: 'apple' });
          customerio.open(id);
        }),
        effects: [noteSeen(ANN, /^Client opened email/)],
      },
      {
        actor: 'Ann',
        does: 'clicks a link in it.',
        act: mailAct(ANN, 'deal_won', (customerio, id) => void customerio.click(id)),
        effects: [noteSeen(ANN, /^Clicked link/)],
      },
      {
        actor: 'Ann',
        does: 'does what the campaign wanted: a conversion.',
        act: mailAct(ANN, 'deal_won', (customerio, id) => void customerio.convert(id)),
        effects: [noteSeen(ANN, /^Conversion from email/)],
      },
    ],
  },
  {
    title: '3. An email bounces',
    steps: [
      {
        actor: 'The sales manager',
        does: `wins the deal of ${BEN.name}, whose address is out of date.`,
        act: (stage) => {
          newDeal(BEN)(stage);
          stage.customerio.bounce(BEN.email, '550 5.1.1 user unknown');
          move(BEN, 'Closed - won')(stage);
        },
        effects: [identified(BEN), fieldSeen(BEN, 'bounced'), taskSeen(BEN, /not delivered/)],
      },
    ],
  },
  {
    title: '4. A client unsubscribes',
    steps: [
      {
        actor: 'The sales manager',
        does: `wins the deal of ${CLEO.name}.`,
        act: (stage) => {
          newDeal(CLEO)(stage);
          move(CLEO, 'Closed - won')(stage);
        },
        effects: [identified(CLEO), eventSeen(CLEO, 'deal_won')],
      },
      {
        actor: 'Cleo',
        does: 'unsubscribes.',
        act: mailAct(CLEO, 'deal_won', (customerio, id) => customerio.unsubscribe(id)),
        effects: [fieldSeen(CLEO, 'unsubscribed'), taskSeen(CLEO, /clarify preferences/)],
      },
    ],
  },
  {
    title: '5. A client stays silent (five days pass in 12 seconds)',
    steps: [
      {
        actor: 'The sales manager',
        does: `wins the deal of ${DORA.name}, who opens nothing.`,
        act: (stage) => {
          newDeal(DORA)(stage);
          move(DORA, 'Closed - won')(stage);
        },
        effects: [
          identified(DORA),
          eventSeen(DORA, 'deal_won'),
          { ...eventSeen(DORA, 'onboarding_inactive'), withinMs: 40_000 },
          taskSeen(DORA, /reach out to Dora/),
        ],
      },
    ],
  },
];
