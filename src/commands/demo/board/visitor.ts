import type { CustomerioSimulator } from '../../../../simulators/customerio/index.ts';
import type { MailAction } from '../contract.ts';
import { createClient, PIPELINE, type Sides } from '../sides.ts';

const NAMES = ['Kim Reed', 'Lea Wolf', 'Max Boyd', 'Nia Frost', 'Oli Page', 'Pia Lund', 'Quin Day'];

/**
 * What a visitor does as a sales manager in Kommo, and as a client in the mailbox. It changes the simulators only; Stagepost
 * learns of it by webhooks, as it would from the real ones.
 */
export class Visitor {
  readonly #sides: Sides;
  readonly #onTouch: (dealId: number) => void;

  /** @param onTouch called for the deal that is about to be changed, or whose client acts */
  constructor(sides: Sides, onTouch: (dealId: number) => void) {
    this.#sides = sides;
    this.#onTouch = onTouch;
  }

  /** @throws Error in words where the deal or stage does not exist */
  move(dealId: number, stageId: number): void {
    const { kommo } = this.#sides;
    this.#onTouch(dealId);
    kommo.moveDeal(dealId, stageId, kommo.pipelineId(PIPELINE));
  }

  /** @throws Error in words where a client cannot do that, such as opening an email that never arrived */
  mail(delivery: string, action: MailAction): void {
    const { customerio, kommo } = this.#sides;
    const recipient = customerio.messages().find(({ deliveryId }) => deliveryId === delivery)?.recipient;
    for (const contact of kommo.contacts())
      if (recipient !== undefined && contact.emails.includes(recipient))
        contact.dealIds.forEach(this.#onTouch);
    MAIL_ACTIONS[action](customerio, delivery);
  }

  /** A new client with a deal in the first stage. @returns the deal's id */
  addDeal(name?: string): number {
    const count = this.#sides.kommo.deals().length;
    const person = name || NAMES[count % NAMES.length]!;
    const local =
      person
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '.')
        .replace(/^\.|\.$/g, '') || 'client';
    return createClient(this.#sides, {
      name: person,
      email: `${local}.${count}@example.com`,
      plan: count % 2 === 0 ? 'Pro' : 'Basic',
      price: 300 + 100 * (count % 20),
    });
  }
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
