import { expect } from 'vitest';
import { type Input, readInput } from '../support/inputs.ts';
import type { Scenario, Scene, Step } from '../support/scene.ts';
import { ANN, contact, DEAL, deal, onlyNewLeads, stages, step, T, wait } from './common.ts';

const sent = (input: Input): Step[] => input.sent.map((one) => step(one.at, (scene) => scene.send(one)));

/** The history shows the change from its second on. */
const history = (at: number, events: object[]): Step => step(at, ({ kommo }) => kommo.load({ events }));

const future = readInput('01-future-last-modified');

/** The hook's time is ahead by so many seconds. */
function ahead(seconds: number): Scenario {
  const shifted = (text: string) => text.replaceAll(String(T + 3600), String(T + seconds));
  return {
    case: '01',
    title: `a webhook ${seconds} s ahead of time and the history are one move, stamped at its arrival at the latest`,
    setUp: ({ kommo }) =>
      kommo.load({
        leads: [{ ...future.kommo.lead, updated_at: T + seconds }],
        contacts: [future.kommo.contact],
      }),
    steps: [
      history(T, future.kommo.events),
      ...future.sent.map((one) => step(one.at, (scene) => scene.hook(shifted(one.body as string)))),
      wait(T + 300),
      wait(T + 900),
    ],
    async check({ customerio, hookTimes }) {
      const events = customerio.events('demo_scheduled');
      expect(events).toHaveLength(1);
      expect(events[0]!.timestamp).toBeLessThanOrEqual(hookTimes[0]!);
    },
  };
}

const backdated = readInput('02-backdated-creation');

function created(at: number, when: string): Scenario {
  const shifted = (text: string) => text.replaceAll(String(backdated.kommo.lead.created_at), String(at));
  return {
    case: '02',
    title: `a deal that says it was created ${when} was created when it arrived`,
    setUp: ({ kommo }) =>
      kommo.load({
        leads: [{ ...backdated.kommo.lead, created_at: at }],
        contacts: [backdated.kommo.contact],
      }),
    steps: [
      history(T, backdated.kommo.events),
      ...backdated.sent.map((one) => step(one.at, (scene) => scene.hook(shifted(one.body as string)))),
      wait(T + 900),
    ],
    async check(scene) {
      const events = scene.customerio.events('onboarding_started');
      expect(events).toHaveLength(1);
      expect(events[0]!.timestamp).toBeGreaterThanOrEqual(T - 2);
      expect(events[0]!.timestamp).toBeLessThanOrEqual(Math.max(scene.hookTimes[0]!, T + 2));
      expect(await scene.trace(DEAL)).not.toContain('more than 72 hours');
    },
  };
}

const late = readInput('03-deal-before-contact');

const [bare, linked] = [late.kommo['at T: GET /api/v4/leads?filter[id][]=7001'], late.kommo['after T+3']] as [
  object,
  { lead: object; contact: object },
];

const lateContents: object[] = [
  { leads: [bare] },
  { contacts: [linked.contact] },
  { leads: [linked.lead], contacts: [linked.contact] },
];

function oneLateEvent({ customerio }: Scene): void {
  const events = customerio.events('lead_created');
  expect(events).toHaveLength(1);
  expect(events[0]!.timestamp).toBe(T);
  expect(customerio.people().map(({ email }) => email)).toEqual(['ann@acme.example']);
}

/** The deal is made at T; then the person comes. */
const lateFact = (title: string, person: Step[], options: Partial<Scenario> = {}): Scenario => ({
  case: '03',
  title,
  config: onlyNewLeads,
  steps: [
    step(T, ({ kommo }) => kommo.createDeal({ id: DEAL, name: 'Form request' })),
    ...person,
    wait(T + 60),
    wait(T + 600),
    wait(T + 3_600),
    wait(T + 7_200),
  ],
  check: oneLateEvent,
  ...options,
});

const incoming = readInput('05-incoming-lead-accepted');
const accepted = incoming.kommo['after T+60'] as Record<string, object>;
const unsorted = { ...accepted.lead, status_id: stages.incoming, updated_at: T };

const decided = (title: string, bodies: (text: string) => string, count: number): Scenario => ({
  case: '05',
  title,
  config: onlyNewLeads,
  steps: [
    step(T, ({ kommo }) => kommo.load({ leads: [unsorted], contacts: [accepted.contact!] })),
    step(T, (scene) => scene.send(incoming.sent[0]!)),
    step(T + 60, ({ kommo }) => count > 0 && kommo.load({ leads: [accepted.lead!] })),
    step(T + 60, (scene) => scene.hook(bodies(incoming.sent[1]!.body as string))),
    step(T + 70, (scene) => {
      scene.seen.soon = scene.customerio.events('lead_created').length;
    }),
    step(T + 600, ({ kommo }) =>
      count > 0 ? kommo.load({ events: accepted['events (up to 10 min late)'] as object[] }) : undefined,
    ),
    wait(T + 1_200),
  ],
  check({ customerio, seen }) {
    expect(seen.soon).toBe(count);
    expect(customerio.events('lead_created')).toHaveLength(count);
  },
});

/** The simulator's own accept and decline, with the webhooks that an account sends besides. */
const byForm = (title: string, act: 'accept' | 'decline', hooks: 'none' | 'add' | 'status'): Scenario => ({
  case: '05',
  title,
  config: onlyNewLeads,
  kommo: { switches: { acceptedLeadHooks: hooks } },
  steps: [
    step(T, (scene) => {
      const form = { name: 'Demo request', contact: { name: 'Ann Lee', email: 'ann@acme.example' } };
      scene.seen.uid = scene.kommo.addIncomingLead(form).uid;
    }),
    step(T + 60, ({ kommo, seen }) =>
      act === 'accept'
        ? kommo.acceptIncomingLead(seen.uid as string)
        : kommo.declineIncomingLead(seen.uid as string),
    ),
    wait(T + 900),
  ],
  check: ({ customerio }) => expect(customerio.events('lead_created')).toHaveLength(act === 'accept' ? 1 : 0),
});

const deleted = readInput('20-main-contact-deleted');

const unreadableMain = (title: string, contents: object[], hide: boolean): Scenario => ({
  case: '20',
  title,
  setUp({ kommo }) {
    kommo.load({ leads: [deleted.kommo.lead], contacts: contents });
    if (hide) kommo.hideContact(ANN);
  },
  steps: [...sent(deleted), wait(T + 600)],
  async check(scene) {
    expect(scene.customerio.events('demo_scheduled')).toHaveLength(1);
    expect(scene.customerio.people().map(({ email }) => email)).toEqual(['bo@acme.example']);
    expect(await scene.trace(DEAL)).toContain(`${ANN}`);
  },
});

const bo = deleted.kommo['GET /api/v4/contacts?filter[id][]=502'] as object;

export const moves: Scenario[] = [
  ahead(3_600),
  ahead(60),
  ahead(3 * 3_600),
  created(backdated.kommo.lead.created_at, 'five years ago'),
  created(T + 5 * 86_400, 'in five days'),
  created(T - 2 * 86_400, 'two days ago'),
  {
    case: '03',
    title: 'a deal whose contact is linked three seconds later starts its campaign, as of its creation',
    config: onlyNewLeads,
    steps: late.sent.flatMap((one, n) => [
      step(one.at, ({ kommo }) => kommo.load(lateContents[n]!)),
      step(one.at, (scene) => scene.send(one)),
    ]),
    async check(scene) {
      oneLateEvent(scene);
      expect(await scene.trace(DEAL)).not.toMatch(/"state":"skipped"/);
    },
  },
  lateFact(
    'a deal whose contact is linked without a webhook is found by the clock',
    [
      step(T + 30, ({ kommo }) => {
        const ann = kommo.createContact({ id: ANN, name: 'Ann Lee', email: 'ann@acme.example' });
        kommo.linkContact(DEAL, ann.id, { isMain: true });
      }),
    ],
    { kommo: { switches: { linkHooks: 'none' } } },
  ),
  lateFact('a contact that gets its email later', [
    step(T + 2, ({ kommo }) => {
      kommo.createContact({ id: ANN, name: 'Ann Lee' });
      kommo.linkContact(DEAL, ANN, { isMain: true });
    }),
    step(T + 300, ({ kommo }) => kommo.updateContact(ANN, { email: 'ann@acme.example' })),
  ]),
  lateFact('a contact that the token may read only later', [
    step(T + 2, ({ kommo }) => {
      kommo.createContact({ id: ANN, name: 'Ann Lee', email: 'ann@acme.example' });
      kommo.hideContact(ANN);
      kommo.linkContact(DEAL, ANN, { isMain: true });
    }),
    step(T + 40, ({ kommo }) => kommo.showContact(ANN)),
  ]),
  decided('an incoming lead that is accepted enters the stage within ten seconds, once', (text) => text, 1),
  decided(
    'an incoming lead that is declined starts nothing',
    (text) => text.replace('=accept', '=decline').replaceAll('accept_result', 'decline_result'),
    0,
  ),
  byForm('an accepted form without a webhook of the deal', 'accept', 'none'),
  byForm('an accepted form with leads[add] besides', 'accept', 'add'),
  byForm('an accepted form with leads[status] besides', 'accept', 'status'),
  byForm('a declined form starts nothing', 'decline', 'none'),
  unreadableMain(
    'the next contact is taken where the main one was deleted, and the trace says so',
    [bo],
    false,
  ),
  unreadableMain('the next contact is taken where the token may not see the main one', [contact(), bo], true),
  {
    case: '20',
    title: 'a deal whose only contact was deleted says so, and not that it has none',
    setUp: ({ kommo }) => kommo.load({ leads: [deal({ stage: stages.demo })] }),
    steps: [...sent(deleted), wait(T + 600)],
    async check(scene) {
      expect(scene.customerio.events()).toEqual([]);
      const trace = await scene.trace(DEAL);
      expect(trace).toContain(`${ANN}`);
      expect(trace).not.toContain('The deal has no contact.');
    },
  },
  {
    case: '21',
    title: 'an import of hundreds of deals into a stage with a rule is held',
    config: onlyNewLeads,
    steps: [
      ...Array.from({ length: 5 }, (_, batch) =>
        step(T + 1 + batch, ({ kommo }) => {
          for (let n = 0; n < 30; n++) {
            const id = 8_000 + batch * 30 + n;
            const person = kommo.createContact({ email: `old${id}@acme.example` });
            kommo.createDeal({ id, name: `Old client ${id}`, contactIds: [person.id] });
          }
        }),
      ),
      wait(T + 600),
    ],
    kommo: { switches: { coalesceMs: 20 } },
    async check({ customerio, kommo, held }) {
      const sent = customerio.events('lead_created').length;
      expect(sent).toBeLessThanOrEqual(100);
      expect([sent + (await held()), kommo.notes().length, customerio.people().length]).toEqual([
        150,
        sent,
        sent,
      ]);
    },
  },
];
