import type { MailMessage } from '../simulators/customerio/index.ts';
import type { Client } from './cast.ts';
import type { Act, Stage } from './load.ts';

const GONE = '550 5.1.1 no such mailbox';
const FULL = '452 4.2.2 mailbox full';

/** What clients do with the emails that have arrived, and with their settings at Customer.io. */
export function mailActs({ simulators, cast, random, later }: Stage): Act[] {
  const { kommo, customerio, journal } = simulators;

  /** What a client has got at any address that still works. */
  function messagesOf(client: Client): MailMessage[] {
    const alive = client.addresses.filter((address) => !client.dead.has(address));
    return alive.flatMap((address) => customerio.mailbox(address)).filter(isReadable);
  }

  const read = (act: (message: MailMessage) => void) => (): boolean => {
    const client = cast.activeClient();
    const message = client && cast.pick(messagesOf(client));
    if (message) act(message);
    return message !== undefined;
  };

  /** A change of what the client wants, or of whether email arrives. */
  const change = (act: (message: MailMessage, client: Client) => boolean) => (): boolean => {
    const client = cast.quietClient();
    const message = client && cast.pick(messagesOf(client));
    if (!client || !message || !act(message, client)) return false;
    client.changedAt = Date.now();
    return true;
  };

  const profileOf = ({ cioId }: MailMessage) => customerio.person(`cio_${cioId}`);

  /** By the link in a message, with or without a report of the person's own, named after one channel or another. */
  function unsubscribe({ deliveryId }: MailMessage): boolean {
    const also = cast.pick([undefined, 'customer', 'email'] as const);
    customerio.unsubscribe(deliveryId, also === undefined ? {} : { also });
    return true;
  }

  function unsubscribeInSettings(message: MailMessage): boolean {
    const profile = profileOf(message);
    if (!profile || profile.unsubscribed) return false;
    customerio.unsubscribePerson(`cio_${profile.cioId}`, cast.pick(['customer', 'sms', 'push'] as const)!);
    return true;
  }

  function resubscribe(message: MailMessage): boolean {
    const profile = profileOf(message);
    if (!profile?.unsubscribed) return false;
    journal.optedIn();
    customerio.resubscribe(`cio_${profile.cioId}`);
    return true;
  }

  /** An email comes back, and often somebody corrects the address. */
  function bounce({ deliveryId, recipient }: MailMessage, client: Client): boolean {
    if (recipient !== client.addresses.at(-1)) return false;
    client.dead.add(recipient);
    customerio.bounce(deliveryId, GONE);
    if (random() < 0.6)
      later(3_500, 8_000, () => {
        const email = cast.newAddress();
        client.addresses.push(email);
        client.changedAt = Date.now();
        if (cast.clients.includes(client)) kommo.updateContact(client.contactId, { email });
      });
    return true;
  }

  function bounceForNow(deliveryId: string): boolean {
    customerio.bounce(deliveryId, FULL);
    return true;
  }

  return [
    ['open', 10, read(({ deliveryId }) => void customerio.open(deliveryId))],
    [
      'open by a machine',
      5,
      read(({ deliveryId }) => void customerio.open(deliveryId, { machine: 'apple' })),
    ],
    [
      'click',
      8,
      read(({ deliveryId }) => void customerio.click(deliveryId, undefined, { syntheticOpen: false })),
    ],
    ['conversion', 3, read(({ deliveryId }) => void customerio.convert(deliveryId))],
    ['opt-out in a message', 6, change(unsubscribe)],
    ['opt-out in the settings', 5, change(unsubscribeInSettings)],
    ['opt-in', 10, change(resubscribe)],
    ['bounce', 4, change(bounce)],
    ['bounce for now', 3, change(({ deliveryId }) => bounceForNow(deliveryId))],
    [
      'complaint',
      4,
      change(({ deliveryId, recipient }, client) => {
        if (recipient !== client.addresses.at(-1)) return false;
        customerio.spam(deliveryId);
        return true;
      }),
    ],
  ];
}

/** The emails of the inactivity rule are left alone: whether they stop a timer is not what is asked here. */
function isReadable({ state, event }: MailMessage): boolean {
  return state === 'sent' && event !== 'onboarding_inactive';
}
