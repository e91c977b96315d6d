import type { CustomerioSimulator, MailMessage } from '../../../simulators/customerio/index.ts';
import type { KommoSimulator } from '../../../simulators/kommo/index.ts';

/** Both simulated sides. */
export interface Stage {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
}

/** Something that must be seen at a side. `what` begins with the side's name; a text found is shown. */
export interface ExpectedEffect {
  what: string;
  look(stage: Stage): unknown;
  withinMs?: number;
}

interface Step {
  who: string;
  does: string;
  act?(stage: Stage): void;
  seen: ExpectedEffect[];
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

/** The client's email of a campaign. */
const mail = ({ customerio }: Stage, { email }: Client, event: string): MailMessage | undefined =>
  customerio.mailbox(email).find((message) => message.event === event);

const identified = (who: Client): ExpectedEffect => ({
  what: `Customer.io knows ${who.name}`,
  look: ({ customerio }) => {
    const attributes = customerio.person(who.email)?.attributes;
    if (attributes?.kommo_deal_id !== who.id) return null;
    const { plan, company, deal_amount: amount, account_manager: manager } = attributes;
    return `plan ${plan}, company ${company}, amount ${amount}, account manager ${manager}`;
  },
});

const eventSeen = (who: Client, event: string): ExpectedEffect => ({
  what: `Customer.io accepts the event ${event} and sends an email`,
  look: (stage) => mail(stage, who, event) && `"${mail(stage, who, event)!.subject}" to ${who.email}`,
});

const noteSeen = (who: Client, text: RegExp, count = 1): ExpectedEffect => ({
  what: 'Kommo shows a note on the deal',
  look: ({ kommo }) => {
    const notes = kommo.notes(who.id).filter((note) => text.test(note.text));
    return notes.length === count && notes.at(-1)!.text;
  },
});

const taskSeen = (who: Client, text: RegExp): ExpectedEffect => ({
  what: 'Kommo shows a task for the manager',
  look: ({ kommo }) => kommo.tasks(who.id).find((task) => text.test(task.text))?.text,
});

const fieldSeen = (who: Client, value: string): ExpectedEffect => ({
  what: 'Kommo shows on the deal',
  look: ({ kommo }) => kommo.deal(who.id)?.fields.email_status === value && `email_status ${value}`,
});

const stageStep = (who: Client, name: string, event: string, note: RegExp, isNew = false): Step => ({
  who: 'The sales manager',
  does: `moves the deal of ${who.name} to "${name}".`,
  act: move(who, name),
  seen: [...(isNew ? [identified(who)] : []), eventSeen(who, event), noteSeen(who, note)],
});

/** A machine's open must lead to nothing; what comes after it on the same deal shows that it was passed over. */
const mailAct =
  (who: Client, event: string, act: (customerio: CustomerioSimulator, deliveryId: string) => void) =>
  (stage: Stage) => {
    const message = mail(stage, who, event);
    if (message) act(stage.customerio, message.deliveryId);
  };

export const story: Scene[] = [
  {
    title: '1. A deal goes through its stages',
    steps: [
      {
        who: 'The sales manager',
        does: `creates the deal of ${ANN.name} (${ANN.company}).`,
        act: newDeal(ANN),
        seen: [{ what: 'Kommo has the deal', look: ({ kommo }) => kommo.deal(ANN.id)?.name }],
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
        who: "Apple's mail privacy",
        does: 'fetches the pictures of the email before anybody has seen it: no note. Then Ann opens it.',
        act: mailAct(ANN, 'deal_won', (customerio, id) => {
          customerio.open(id, { machine: 'apple' });
          customerio.open(id);
        }),
        seen: [noteSeen(ANN, /^Client opened email/)],
      },
      {
        who: 'Ann',
        does: 'clicks a link in it.',
        act: mailAct(ANN, 'deal_won', (customerio, id) => void customerio.click(id)),
        seen: [noteSeen(ANN, /^Clicked link/)],
      },
      {
        who: 'Ann',
        does: 'does what the campaign wanted: a conversion.',
        act: mailAct(ANN, 'deal_won', (customerio, id) => void customerio.convert(id)),
        seen: [noteSeen(ANN, /^Conversion from email/)],
      },
    ],
  },
  {
    title: '3. An email bounces',
    steps: [
      {
        who: 'The sales manager',
        does: `wins the deal of ${BEN.name}, whose address is out of date.`,
        act: (stage) => {
          newDeal(BEN)(stage);
          stage.customerio.bounce(BEN.email, '550 5.1.1 user unknown');
          move(BEN, 'Closed - won')(stage);
        },
        seen: [identified(BEN), fieldSeen(BEN, 'bounced'), taskSeen(BEN, /not delivered/)],
      },
    ],
  },
  {
    title: '4. A client unsubscribes',
    steps: [
      {
        who: 'The sales manager',
        does: `wins the deal of ${CLEO.name}.`,
        act: (stage) => {
          newDeal(CLEO)(stage);
          move(CLEO, 'Closed - won')(stage);
        },
        seen: [identified(CLEO), eventSeen(CLEO, 'deal_won')],
      },
      {
        who: 'Cleo',
        does: 'unsubscribes.',
        act: mailAct(CLEO, 'deal_won', (customerio, id) => customerio.unsubscribe(id)),
        seen: [fieldSeen(CLEO, 'unsubscribed'), taskSeen(CLEO, /clarify preferences/)],
      },
    ],
  },
  {
    title: '5. A client stays silent (five days pass in 12 seconds)',
    steps: [
      {
        who: 'The sales manager',
        does: `wins the deal of ${DORA.name}, who opens nothing.`,
        act: (stage) => {
          newDeal(DORA)(stage);
          move(DORA, 'Closed - won')(stage);
        },
        seen: [
          identified(DORA),
          eventSeen(DORA, 'deal_won'),
          { ...eventSeen(DORA, 'onboarding_inactive'), withinMs: 40_000 },
          taskSeen(DORA, /reach out to Dora/),
        ],
      },
    ],
  },
];
