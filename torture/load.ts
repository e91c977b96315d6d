import { type Random, seededRandom } from '../simulators/common/random.ts';
import type { MailMessage } from '../simulators/customerio/index.ts';
import type { Simulators } from './simulators.ts';

/** What sales people and clients do, decided by the seed. */
export interface Load {
  start(): void;
  stop(): void;
  firstNames: Map<string, string>;
  /** How many things were done. */
  done(): number;
}

interface Client {
  dealId: number;
  contactId: number;
  email: string;
  isWon: boolean;
  /** Unix ms. */
  movedAt: number;
  statusAt: number;
  moves: number;
}

const STAGES = [
  'Demo scheduled',
  'Demo completed',
  'Proposal sent',
  'New lead',
  'Onboarding',
  'Closed - won',
];
/** Between two moves of one deal, and two status changes of one client: people are no faster. */
const PAUSE_MS = 3_000;
/** After so many moves a deal is left alone. */
const MOVES_EACH = 8;
const ACTIVE = 40;

export function createLoad(simulators: Simulators, seed: number, perSecond: number): Load {
  const { kommo, customerio } = simulators;
  const random = seededRandom(seed + 2);
  const clients: Client[] = [];
  const firstNames = new Map<string, string>();
  let timer: NodeJS.Timeout | null = null;
  let done = 0;

  function newClient(): boolean {
    const number = clients.length + 1;
    const firstName = `Ann${number}`;
    const email = `client+${number}@example.com`;
    firstNames.set(email, firstName);
    const contact = kommo.createContact({
      name: `${firstName} Lee`,
      firstName,
      lastName: 'Lee',
      email,
      phone: '+34600000000',
    });
    const deal = kommo.createDeal({
      name: `Deal ${number}`,
      price: 100 + number,
      contactIds: [contact.id],
      fields: { Plan: 'Pro' },
    });
    clients.push({
      dealId: deal.id,
      contactId: contact.id,
      email,
      isWon: false,
      movedAt: Date.now(),
      statusAt: 0,
      moves: 0,
    });
    return true;
  }

  function move(): boolean {
    const now = Date.now();
    const ready = clients.filter(({ moves, movedAt }) => moves < MOVES_EACH && now - movedAt > PAUSE_MS);
    const client = pick(ready, random);
    if (!client) return newClient();
    const here = kommo.deal(client.dealId)!.stage;
    const choices = STAGES.filter((stage) => stage !== here && !(client.isWon && stage === 'Closed - won'));
    const stage = pick(choices, random)!;
    client.isWon ||= stage === 'Closed - won';
    client.movedAt = now;
    client.moves += 1;
    kommo.moveDeal(client.dealId, kommo.stageId('Sales', stage), kommo.pipelineId('Sales'));
    return true;
  }

  function edit(): boolean {
    const client = pick(clients, random);
    if (!client) return false;
    if (random() < 0.5) kommo.updateDeal(client.dealId, { price: Math.floor(random() * 10_000) });
    else kommo.updateContact(client.contactId, { phone: `+3460000${1000 + Math.floor(random() * 9000)}` });
    return true;
  }

  /** Something that a client does with an email that has arrived. */
  function mail(act: (message: MailMessage, client: Client) => void, isStatus = false): boolean {
    const now = Date.now();
    const free = clients.filter(({ statusAt }) => !isStatus || now - statusAt > PAUSE_MS);
    const client = pick(free.slice(-ACTIVE), random);
    const messages = client ? customerio.mailbox(client.email).filter(isReadable) : [];
    const message = pick(messages, random);
    if (!client || !message) return false;
    if (isStatus) client.statusAt = now;
    act(message, client);
    return true;
  }

  const acts: [weight: number, act: () => boolean][] = [
    [15, newClient],
    [40, move],
    [8, edit],
    [10, () => mail(({ deliveryId }) => void customerio.open(deliveryId))],
    [5, () => mail(({ deliveryId }) => void customerio.open(deliveryId, { machine: 'apple' }))],
    [
      8,
      () => mail(({ deliveryId }) => void customerio.click(deliveryId, undefined, { syntheticOpen: false })),
    ],
    [3, () => mail(({ deliveryId }) => void customerio.convert(deliveryId))],
    [4, () => mail(({ deliveryId }) => customerio.unsubscribe(deliveryId, { also: 'customer' }), true)],
    [4, () => mail((_, { email }) => customerio.resubscribe(email), true)],
    [2, () => mail(({ deliveryId }) => customerio.bounce(deliveryId, '452 mailbox full'), true)],
    [1, () => mail(({ deliveryId }) => void customerio.spam(deliveryId), true)],
  ];
  const total = acts.reduce((sum, [weight]) => sum + weight, 0);

  function chosen(place: number): () => boolean {
    let rest = place;
    for (const [weight, act] of acts) {
      rest -= weight;
      if (rest < 0) return act;
    }
    return move;
  }

  function step(): void {
    const act = chosen(random() * total);
    if (act()) done += 1;
    timer = setTimeout(step, (-Math.log(1 - random()) * 1000) / perSecond);
  }

  return {
    start: step,
    stop: () => clearTimeout(timer ?? undefined),
    firstNames,
    done: () => done,
  };
}

/** The emails of the inactivity rule are left alone: whether they stop a watch is not what is asked here. */
function isReadable({ state, event }: MailMessage): boolean {
  return state === 'sent' && event !== 'onboarding_inactive';
}

export function pick<T>(list: T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}
