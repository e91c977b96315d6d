import type { CustomerioSimulator } from '../customerio/index.ts';
import type { KommoSimulator } from '../kommo/index.ts';
import type { CallLog } from './call-log.ts';
import type { BoardFault } from './faults.ts';

/** What the board shows and changes. */
export interface BoardSides {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  calls: CallLog;
  faults: ReadonlyMap<string, BoardFault>;
  /** The authorization code of Kommo that was issued last. */
  code: string | null;
}

type Action = (sides: BoardSides, form: URLSearchParams) => unknown;

const text = (form: URLSearchParams, name: string): string => form.get(name)?.trim() ?? '';

/** @throws Error where the form has no such number */
function number(form: URLSearchParams, name: string): number {
  const value = Number(text(form, name) || Number.NaN);
  if (!Number.isSafeInteger(value)) throw new Error(`The form has no number "${name}".`);
  return value;
}

/** @throws Error where the form has no address of a receiver */
function addressOf(form: URLSearchParams): string {
  const address = text(form, 'url');
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address;
  throw new Error('Write an address such as http://127.0.0.1:3000/kommo.');
}

/** `pipeline/stage` of a move. */
function placeOf(form: URLSearchParams): [pipelineId: number, stageId: number] {
  const [, pipeline, stage] = /^(\d+)\/(\d+)$/.exec(text(form, 'place')) ?? [];
  if (pipeline === undefined) throw new Error('Nobody can move a deal into incoming leads.');
  return [Number(pipeline), Number(stage)];
}

const contactOf = (form: URLSearchParams) => {
  const email = text(form, 'email');
  return { name: text(form, 'name'), ...(email === '' ? {} : { email }) };
};

const deal: Record<string, Action> = {
  move({ kommo }, form) {
    const [pipelineId, stageId] = placeOf(form);
    kommo.moveDeal(number(form, 'deal'), stageId, pipelineId);
  },
  'create-deal'({ kommo }, form) {
    const contact = kommo.createContact(contactOf(form));
    const price = text(form, 'price') === '' ? 0 : number(form, 'price');
    const pipelineId = number(form, 'pipeline');
    kommo.createDeal({ name: text(form, 'name'), price, pipelineId, contactIds: [contact.id] });
  },
  'set-field'({ kommo }, form) {
    const fields = { [text(form, 'field')]: text(form, 'value') || null };
    kommo.updateDeal(number(form, 'deal'), { fields });
  },
  delete: ({ kommo }, form) => kommo.deleteDeal(number(form, 'deal')),
  restore: ({ kommo }, form) => kommo.restoreDeal(number(form, 'deal')),
  'add-note': ({ kommo }, form) => kommo.addNote(number(form, 'deal'), text(form, 'text')),
  complete: ({ kommo }, form) => kommo.completeTask(number(form, 'task')),
  'create-incoming'({ kommo }, form) {
    const pipelineId = number(form, 'pipeline');
    kommo.addIncomingLead({ name: text(form, 'name'), pipelineId, contact: contactOf(form) });
  },
  accept: ({ kommo }, form) => kommo.acceptIncomingLead(text(form, 'uid')),
  decline: ({ kommo }, form) => kommo.declineIncomingLead(text(form, 'uid')),
};

const mail: Record<string, Action> = {
  'mail-open': ({ customerio }, form) => customerio.open(text(form, 'delivery')),
  'mail-machine-open': ({ customerio }, form) =>
    customerio.open(text(form, 'delivery'), { machine: 'apple' }),
  'mail-click': ({ customerio }, form) => customerio.click(text(form, 'delivery')),
  'mail-convert': ({ customerio }, form) => customerio.convert(text(form, 'delivery')),
  'mail-unsubscribe': ({ customerio }, form) => customerio.unsubscribe(text(form, 'delivery')),
  'mail-spam': ({ customerio }, form) => customerio.spam(text(form, 'delivery')),
  'mail-bounce': ({ customerio }, form) => customerio.bounce(text(form, 'delivery')),
  unsubscribe: ({ customerio }, form) => customerio.unsubscribePerson(text(form, 'person')),
  subscribe: ({ customerio }, form) => customerio.resubscribe(text(form, 'person')),
};

const access: Record<string, Action> = {
  'issue-code'(sides) {
    sides.code = sides.kommo.issueCode();
  },
  break: (sides, form) => faultOf(sides, form).begin(),
  repair: (sides, form) => faultOf(sides, form).end(),
};

const receivers: Record<string, Action> = {
  'add-hook': ({ kommo }, form) => kommo.addHook({ destination: addressOf(form) }),
  'enable-hook': ({ kommo }, form) => kommo.enableHook(addressOf(form)),
  'remove-hook': ({ kommo }, form) => kommo.removeHook(addressOf(form)),
  'add-report-hook': ({ customerio }, form) => customerio.addReportingWebhook({ endpoint: addressOf(form) }),
  'remove-report-hook': ({ customerio }, form) => customerio.removeReportingWebhook(number(form, 'webhook')),
};

function faultOf({ faults }: BoardSides, form: URLSearchParams): BoardFault {
  const fault = faults.get(text(form, 'fault'));
  if (!fault) throw new Error('There is no such fault.');
  return fault;
}

/** What the buttons of the board do, by the last part of their form's address. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ...Object.entries(deal),
  ...Object.entries(mail),
  ...Object.entries(access),
  ...Object.entries(receivers),
  ['clear-calls', ({ calls }: BoardSides) => calls.clear()],
]);
