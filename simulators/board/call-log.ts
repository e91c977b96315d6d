import { createRing } from '../common/ring.ts';
import type { CustomerioSimulator } from '../customerio/index.ts';
import type { SimulatorEvent as KommoEvent, KommoSimulator } from '../kommo/index.ts';

/** One call to a simulator, or one webhook or report that it sent. */
export interface LoggedCall {
  /** Counts from 1. */
  number: number;
  /** Unix ms. */
  at: number;
  side: 'Kommo' | 'Customer.io';
  /** `received`: a client called the simulator. `sent`: the simulator called a receiver. */
  direction: 'received' | 'sent';
  /** Method and address, or the name of a webhook. */
  what: string;
  /** null: no answer, or a cut connection. */
  status: number | null;
  body: string;
  answer: string | null;
}

export interface CallLog {
  /** The newest first. */
  all(): LoggedCall[];
  clear(): void;
}

/** Calls that are remembered. */
const SIZE = 200;
/** Characters that are kept of a body or an answer. */
const LONGEST = 4000;

/** Remembers the last calls of both simulators, with their bodies. */
export function createCallLog(kommo: KommoSimulator, customerio: CustomerioSimulator): CallLog {
  const ring = createRing<LoggedCall>(SIZE);
  const add = (call: Omit<LoggedCall, 'number'>): void => {
    const { body, answer } = call;
    ring.push({
      ...call,
      number: ring.total + 1,
      body: shortened(body),
      answer: answer && shortened(answer),
    });
  };
  recordKommo(kommo, add);
  recordCustomerio(customerio, add);
  return { all: () => ring.all().reverse(), clear: ring.clear };
}

type Add = (call: Omit<LoggedCall, 'number'>) => void;

/** A webhook that a fault dropped. One that was sent and failed is in the log already. */
const isNeverSent = (event: KommoEvent): event is Extract<KommoEvent, { kind: 'hook_lost' }> =>
  event.kind === 'hook_lost' && event.delivery.status === null;

function recordKommo(kommo: KommoSimulator, add: Add): void {
  const side = 'Kommo';
  kommo.on((event) => {
    if (event.kind === 'call') {
      const { date: at, method, status } = event.call;
      const { url, sent: body, answered: answer } = event.exchange;
      add({ at, side, direction: 'received', what: `${method} ${url}`, status, body, answer });
    } else if (event.kind === 'hook_sent' || isNeverSent(event)) {
      const { at, destination, keys, status, body } = event.delivery;
      const what = `webhook ${keys.join(', ')} to ${destination}`;
      add({ at, side, direction: 'sent', what, status, body, answer: null });
    }
  });
}

function recordCustomerio(customerio: CustomerioSimulator, add: Add): void {
  const side = 'Customer.io';
  customerio.on((event) => {
    if (event.type === 'request') {
      const { at, method, status } = event.entry;
      const { url, sent: body, answered: answer } = event.exchange;
      add({ at, side, direction: 'received', what: `${method} ${url}`, status, body, answer });
    } else if (event.type === 'report_delivered' || event.type === 'report_failed') {
      const { at, name, attempt, status, error } = event.delivery;
      const what = `report ${name}, attempt ${attempt}`;
      const body = JSON.stringify(event.report);
      add({ at, side, direction: 'sent', what, status, body, answer: error });
    }
  });
}

const shortened = (text: string): string =>
  text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters are not kept`;
