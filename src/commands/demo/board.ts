import type { z } from 'zod';
import type { CustomerioSimulator, MailMessage } from '../../../simulators/customerio/index.ts';
import type { DealView, KommoSimulator } from '../../../simulators/kommo/index.ts';
import type { ExtraRoute } from '../../http/api/routes.ts';
import { HttpError } from '../../http/http-error.ts';
import {
  type Board,
  type BoardDeal,
  type BoardEntry,
  type BoardMail,
  demoRoutes,
  type MailAction,
  type mailBody,
  type moveBody,
} from './contract.ts';

const PIPELINE = 'Sales';
/** The stages of the simulated account, without "Incoming leads", where nobody moves a deal. */
const STAGES = [
  'New lead',
  'Demo scheduled',
  'Demo completed',
  'Proposal sent',
  'Onboarding',
  'Closed - won',
  'Closed - lost',
];
/** The newest deals that the board shows. */
const MAX_DEALS = 60;

const NAMES = ['Eli Grant', 'Fay Stone', 'Gus Hale', 'Hana Mori', 'Ivo Brand', 'Jan Post', 'Kim Reed'];

interface Sides {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
}

/**
 * The demo's own routes: what a sales manager does in Kommo, and a client in the mailbox. They change the simulators only;
 * Stagepost learns of it by webhooks, as it would from the real ones.
 */
export function boardRoutes(sides: Sides): ExtraRoute[] {
  const { board, move, deal, mail } = demoRoutes;
  return [
    { route: board, handle: async () => boardOf(sides) },
    { route: deal, handle: async () => ({ deal: addDeal(sides) }) },
    {
      route: move,
      handle: async ({ body }) => {
        const { deal: id, stage } = body as z.output<typeof moveBody>;
        return act(() => sides.kommo.moveDeal(id, stage, sides.kommo.pipelineId(PIPELINE)));
      },
    },
    {
      route: mail,
      handle: async ({ body }) => {
        const { delivery, act: action } = body as z.output<typeof mailBody>;
        return act(() => MAIL_ACTIONS[action](sides.customerio, delivery));
      },
    },
  ];
}

/** @throws HttpError 409 with the simulator's message where it refuses, such as opening an email that never arrived */
function act(run: () => unknown): { ok: true } {
  try {
    run();
  } catch (error) {
    throw new HttpError(409, error instanceof Error ? error.message : String(error));
  }
  return { ok: true };
}

const MAIL_ACTIONS: Record<MailAction, (customerio: CustomerioSimulator, delivery: string) => unknown> = {
  open: (customerio, delivery) => customerio.open(delivery),
  machine_open: (customerio, delivery) => customerio.open(delivery, { machine: 'apple' }),
  click: (customerio, delivery) => customerio.click(delivery),
  convert: (customerio, delivery) => customerio.convert(delivery),
  unsubscribe: (customerio, delivery) => customerio.unsubscribe(delivery),
  spam: (customerio, delivery) => customerio.spam(delivery),
  bounce: (customerio, delivery) => customerio.bounce(delivery),
};

function boardOf({ kommo, customerio }: Sides): Board {
  const stages = STAGES.map((name) => ({ id: kommo.stageId(PIPELINE, name), name }));
  const deals = kommo
    .deals()
    .filter(({ pipeline, isDeleted }) => pipeline === PIPELINE && !isDeleted)
    .slice(-MAX_DEALS);
  return { stages, deals: deals.map((deal) => cardOf(deal, kommo, customerio)) };
}

function cardOf(deal: DealView, kommo: KommoSimulator, customerio: CustomerioSimulator): BoardDeal {
  const contact = deal.contactIds[0] === undefined ? undefined : kommo.contact(deal.contactIds[0]);
  const email = contact?.emails[0] ?? null;
  const status = deal.fields.email_status;
  return {
    id: deal.id,
    name: deal.name,
    price: deal.price,
    stage: deal.stageId,
    person: contact?.name ?? '',
    email,
    emailStatus: typeof status === 'string' ? status : null,
    entries: entriesOf(deal.id, kommo),
    mails: email === null ? [] : customerio.mailbox(email).map(mailOf).reverse(),
  };
}

function entriesOf(dealId: number, kommo: KommoSimulator): BoardEntry[] {
  const entry =
    (kind: BoardEntry['kind']) =>
    ({ id, text, createdAt }: { id: number; text: string; createdAt: number }): BoardEntry => ({
      id,
      kind,
      text,
      at: createdAt * 1000,
    });
  return [...kommo.notes(dealId).map(entry('note')), ...kommo.tasks(dealId).map(entry('task'))]
    .filter(({ text }) => text !== '')
    .sort((a, b) => b.at - a.at || b.id - a.id);
}

function mailOf({ deliveryId, subject, event, state, metrics }: MailMessage): BoardMail {
  const done = Object.entries(metrics)
    .sort(([, a], [, b]) => a - b)
    .map(([metric]) => metric);
  return { delivery: deliveryId, subject, event, state, done };
}

/** A new client with a deal in the first stage. @returns the deal's id */
function addDeal({ kommo }: Sides): number {
  const count = kommo.deals().length;
  const name = NAMES[count % NAMES.length]!;
  const [firstName, lastName] = name.split(' ') as [string, string];
  const email = `${firstName.toLowerCase()}${count}@example.com`;
  const contact = kommo.createContact({ name, firstName, lastName, email, phone: '+34 600 000 000' });
  const plan = count % 2 === 0 ? 'Pro' : 'Basic';
  const fields = { Plan: plan, Segment: 'SMB' };
  const price = 300 + 100 * (count % 20);
  return kommo.createDeal({ name: `${name}, ${plan}`, price, contactIds: [contact.id], fields }).id;
}
