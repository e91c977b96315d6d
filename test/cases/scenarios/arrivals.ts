import { expect } from 'vitest';
import type { ConnectionYaml, Scenario, Scene, Step } from '../support/scene.ts';
import {
  ANN,
  BO,
  bo,
  contact,
  DEAL,
  deal,
  keep,
  move,
  onlyNewLeads,
  stages,
  step,
  T,
  wait,
} from './common.ts';

const HOUR = 3_600;
const EMAIL = 'ann@acme.example';

const leads = ({ customerio }: Scene) =>
  customerio
    .people()
    .flatMap(({ email, events }) => events.map(({ name, timestamp }) => [email, name, timestamp]));

const create = (at: number): Step =>
  step(at, ({ kommo }) => kommo.createDeal({ id: DEAL, name: 'Form request' }));

const createAnn = (at: number, email?: string): Step =>
  step(at, ({ kommo }) => kommo.createContact({ id: ANN, name: 'Ann Lee', ...(email ? { email } : {}) }));

const link = (at: number, isMain = true, id = ANN): Step =>
  step(at, ({ kommo }) => kommo.linkContact(DEAL, id, { isMain }));

/** A webhook about the deal whose entity the API does not return yet. */
const addHook = (at: number): Step =>
  step(at, (scene) =>
    scene.hook(
      `leads[add][0][id]=${DEAL}&leads[add][0][status_id]=${stages.newLead}&leads[add][0][pipeline_id]=9621010&leads[add][0][last_modified]=${T}&account[id]=32100321`,
    ),
  );

const later = [60, 600, HOUR, 2 * HOUR].map((after) => wait(T + after));

const late = (
  title: string,
  steps: Step[],
  expected: unknown[],
  options: Partial<Scenario> = {},
): Scenario => ({
  case: '03',
  title,
  config: onlyNewLeads,
  steps: [...steps, ...later].sort((one, other) => one.at - other.at),
  check: (scene) => expect(leads(scene)).toEqual(expected),
  ...options,
});

const once = [[EMAIL, 'lead_created', T]];

const newLeadAndDemo = (connection: ConnectionYaml): void => {
  connection.stages = [
    { pipeline: 'Sales', stage: 'New lead', event: 'lead_created' },
    { pipeline: 'Sales', stage: 'Demo scheduled', event: 'demo_scheduled' },
  ];
  connection.inactivity = [];
};

const lateFacts: Scenario[] = [
  late(
    'a contact that is linked, but not as the main one',
    [create(T), createAnn(T + 2, EMAIL), link(T + 3, false)],
    once,
  ),
  late(
    'a contact with an unreadable email, corrected later',
    [
      create(T),
      createAnn(T + 1, 'ann at acme'),
      link(T + 2),
      step(T + 400, ({ kommo }) => kommo.updateContact(ANN, { email: EMAIL })),
    ],
    once,
  ),
  late(
    'a deal that has moved on when its contact comes: both events, in their order, each as of its stage change',
    [create(T), move(T + 20, stages.demo), createAnn(T + 90, EMAIL), link(T + 90)],
    [
      [EMAIL, 'lead_created', T],
      [EMAIL, 'demo_scheduled', T + 20],
    ],
    { config: newLeadAndDemo },
  ),
  late(
    'a deal whose webhook comes before the API returns the deal',
    [addHook(T + 1), step(T + 3, ({ kommo }) => kommo.load({ leads: [deal()], contacts: [contact()] }))],
    once,
  ),
  late(
    'a deal that is not returned for a minute, and of which no further webhook comes',
    [addHook(T + 1), step(T + 59, ({ kommo }) => kommo.load({ leads: [deal()], contacts: [contact()] }))],
    once,
  ),
  late(
    'a contact that comes within the useful age, by a minute',
    [create(T), createAnn(T + 24 * HOUR - 60, EMAIL), link(T + 24 * HOUR - 60), wait(T + 25 * HOUR)],
    once,
  ),
  late(
    'a contact that comes after the useful age starts nothing, and the trace says what was missing',
    [create(T), createAnn(T + 24 * HOUR + 60, EMAIL), link(T + 24 * HOUR + 60), wait(T + 25 * HOUR)],
    [],
    {
      async check(scene) {
        expect(leads(scene)).toEqual([]);
        expect(await scene.trace(DEAL)).toContain(
          'The deal has no contact. The event has waited 24 hours for a contact with an email (wait_for_contact).',
        );
      },
    },
  ),
  late(
    'a deal that is deleted while it waits starts nothing when it gets a contact in the bin',
    [
      create(T),
      step(T + 30, ({ kommo }) => kommo.deleteDeal(DEAL)),
      createAnn(T + 60, EMAIL),
      wait(T + 2 * HOUR),
    ],
    [],
  ),
  late(
    'a deal of which only the history tells, with a contact that comes later',
    [
      step(T, ({ kommo }) => {
        kommo.faults.setHooks({ drop: 1 });
        kommo.createDeal({ id: DEAL, name: 'Form request' });
      }),
      wait(T + 300),
      createAnn(T + 400, EMAIL),
      link(T + 400),
    ],
    once,
  ),
  late(
    'two deals of one form that share a contact which comes later',
    [
      create(T),
      step(T, ({ kommo }) => kommo.createDeal({ id: 7002, name: 'Form request again' })),
      createAnn(T + 5, EMAIL),
      link(T + 6),
      step(T + 7, ({ kommo }) => kommo.linkContact(7002, ANN, { isMain: true })),
    ],
    [
      [EMAIL, 'lead_created', T],
      [EMAIL, 'lead_created', T],
    ],
  ),
  late(
    'an email that Kommo’s form writes into the contact in a second step, without a webhook of the contact',
    [
      create(T),
      createAnn(T + 1),
      link(T + 2),
      step(T + 30, ({ kommo }) => kommo.load({ contacts: [contact()] })),
    ],
    once,
  ),
  late(
    'a contact that is merged into another one while the deal waits for its email',
    [
      create(T),
      createAnn(T + 1),
      link(T + 2),
      step(T + 100, ({ kommo }) => {
        kommo.createContact({ id: BO, name: 'Ann Lee', email: EMAIL });
        kommo.mergeContacts(BO, ANN);
      }),
    ],
    once,
  ),
];

const both = (connection: ConnectionYaml): void => {
  connection.stages = [
    { pipeline: 'Sales', stage: 'Incoming leads', event: 'lead_arrived' },
    { pipeline: 'Sales', stage: 'New lead', event: 'lead_created' },
    { pipeline: 'Sales', stage: 'Demo scheduled', event: 'demo_scheduled' },
  ];
  connection.inactivity = [];
};

const deleted = (fields: Record<string, string | number>): string =>
  [
    'account[id]=32100321',
    ...Object.entries({ uid: 'a1', category: 'forms', pipeline_id: 9_621_010, ...fields }).map(
      ([name, value]) => `unsorted[delete][0]${name.includes('[') ? name : `[${name}]`}=${value}`,
    ),
  ].join('&');

/** Kommo's API shows the accepted deal in its stage only when it has been read so many times. */
function showAfterReads({ kommo }: Scene, times: number): void {
  let reads = 0;
  const stop = kommo.on((event) => {
    if (event.kind !== 'call' || !event.call.path.includes('/leads')) return;
    reads += 1;
    if (reads < times) return;
    stop();
    kommo.load({ leads: [deal()] });
  });
}

interface Incoming {
  title: string;
  /** The webhook about what was done with the lead, a minute after T. */
  body: string;
  /** Where the deal is then; null: it is gone. */
  stage?: number | null;
  events: string[];
  extra?: Step[];
}

/** An incoming lead that came by T, and what a manager did with it. */
const incoming = ({ title, body, stage = stages.newLead, events, extra = [] }: Incoming): Scenario => ({
  case: '05',
  title,
  config: both,
  steps: [
    step(T, ({ kommo }) => kommo.load({ leads: [deal({ stage: stages.incoming })], contacts: [contact()] })),
    step(T + 60, ({ kommo }) => (stage === null ? undefined : kommo.load({ leads: [deal({ stage })] }))),
    step(T + 60, (scene) => scene.hook(body)),
    ...extra,
    ...[70, 130, 600, 1_200].map((after) => wait(T + after)),
  ].sort((one, other) => one.at - other.at),
  check: (scene) => expect(scene.customerio.events().map(({ name }) => name)).toEqual(events),
});

const accept = { action: 'accept', '[accept_result][leads][0]': DEAL, '[accept_result][contacts][0]': ANN };

const decisions: Scenario[] = [
  incoming({
    title: 'accepted, with the deal in lead_id only',
    body: deleted({ action: 'accept', lead_id: DEAL }),
    events: ['lead_created'],
  }),
  incoming({
    title: 'accepted, with the deal as an object',
    body: deleted({ action: 'accept', '[accept_result][leads][0][id]': DEAL }),
    events: ['lead_created'],
  }),
  incoming({
    title: 'accepted into a later stage',
    body: deleted(accept),
    stage: stages.demo,
    events: ['demo_scheduled'],
  }),
  incoming({
    title: 'accepted, and the webhook comes twice',
    body: deleted(accept),
    events: ['lead_created'],
    extra: [step(T + 360, (scene) => scene.hook(deleted(accept)))],
  }),
  incoming({
    title: 'declined, with empty results for both',
    body: deleted({
      action: 'decline',
      lead_id: DEAL,
      '[accept_result][leads]': '',
      '[decline_result][leads][0]': DEAL,
    }),
    stage: null,
    events: [],
  }),
  incoming({
    title: 'linked to a deal that stands in a stage since long, which enters nothing',
    body: deleted({ action: 'link', lead_id: 7009, '[link_result][leads][0]': DEAL }),
    events: [],
  }),
  incoming({
    title: 'taken off the list without a word of what was done',
    body: deleted({ lead_id: DEAL }),
    stage: stages.incoming,
    events: [],
  }),
  {
    case: '05',
    title: 'accepted, and Kommo’s API shows the new stage some seconds later',
    config: both,
    steps: [
      step(T, ({ kommo }) =>
        kommo.load({ leads: [deal({ stage: stages.incoming })], contacts: [contact()] }),
      ),
      step(T + 60, (scene) => {
        showAfterReads(scene, 3);
        return scene.hook(deleted(accept));
      }),
      ...[70, 130, 600].map((after) => wait(T + after)),
    ],
    check: (scene) => expect(scene.customerio.events().map(({ name }) => name)).toEqual(['lead_created']),
  },
  {
    case: '05',
    title:
      'arrived and accepted: both events, in their order, each once, although the contact is hidden before',
    config: both,
    kommo: { switches: { acceptedLeadHooks: 'status', incomingLeadAddHook: true } },
    steps: [
      step(T, (scene) => {
        const form = { name: 'Demo request', contact: { name: 'Ann Lee', email: EMAIL } };
        scene.seen.uid = scene.kommo.addIncomingLead(form).uid;
      }),
      step(T + 60, ({ kommo, seen }) => kommo.acceptIncomingLead(seen.uid as string)),
      ...[70, 400, 1_000].map((after) => wait(T + after)),
    ],
    check: (scene) =>
      expect(scene.customerio.events().map(({ name, timestamp }) => [name, timestamp])).toEqual([
        ['lead_arrived', T],
        ['lead_created', T + 60],
      ]),
  },
  {
    case: '05',
    title: 'arrived and declined: what waited for the hidden contact starts nothing',
    config: both,
    steps: [
      step(T, (scene) => {
        const form = { name: 'Demo request', contact: { name: 'Ann Lee', email: EMAIL } };
        scene.seen.uid = scene.kommo.addIncomingLead(form).uid;
      }),
      step(T + 60, ({ kommo, seen }) => kommo.declineIncomingLead(seen.uid as string)),
      ...[70, 400, 1_000].map((after) => wait(T + after)),
    ],
    check: (scene) => expect(scene.customerio.events()).toEqual([]),
  },
];

interface Unreadable {
  title: string;
  contacts: object[];
  hidden?: number[];
  linked?: number[];
  config?: Scenario['config'];
  steps?: Step[];
  people: string[];
  says: string;
}

/** A deal that is moved while contacts of it cannot be read. */
const unreadable = ({
  title,
  contacts,
  hidden = [],
  linked = [ANN, BO],
  config,
  steps = [],
  people,
  says,
}: Unreadable): Scenario => ({
  case: '20',
  title,
  ...(config ? { config } : {}),
  setUp({ kommo }) {
    kommo.load({ leads: [deal({ contacts: linked })], contacts });
    for (const id of hidden) kommo.hideContact(id);
  },
  steps: [move(T + 1, stages.demo), ...steps, ...[60, 600, 25 * HOUR].map((after) => wait(T + after))],
  async check(scene) {
    const sent = scene.customerio.events('demo_scheduled');
    expect(sent.map(({ timestamp }) => timestamp)).toEqual(people.map(() => T + 1));
    expect(scene.customerio.people().map(({ email }) => email)).toEqual(people);
    expect(await scene.trace(DEAL)).toContain(says);
  },
});

const gone = `The deal's main contact ${ANN} does not exist any more in Kommo (or cannot be read)`;

const missing: Scenario[] = [
  unreadable({
    title: 'the main contact is in the bin, and Kommo still returns it',
    contacts: [{ ...contact(), is_deleted: true }, bo],
    people: ['bo@acme.example'],
    says: `${gone}, so Bo Berg takes its place.`,
  }),
  unreadable({
    title: 'the next contact has no email, and the third one has',
    contacts: [contact(BO, 'Bo Berg', null), contact(503, 'Cy Cole', 'cy@acme.example')],
    linked: [ANN, BO, 503],
    people: ['cy@acme.example'],
    says: gone,
  }),
  unreadable({
    title: 'nobody who can be read has an email: it waits, and the main contact comes back',
    contacts: [contact(), contact(BO, 'Bo Berg', null)],
    hidden: [ANN],
    steps: [step(T + 300, ({ kommo }) => kommo.showContact(ANN))],
    people: [EMAIL],
    says: 'demo_scheduled',
  }),
  unreadable({
    title: 'all contacts are wanted, and one of them cannot be read',
    contacts: [contact(), bo],
    hidden: [BO],
    config(connection) {
      connection.person.contacts = 'all';
    },
    people: [EMAIL],
    says: 'demo_scheduled',
  }),
  unreadable({
    title: 'the only contact cannot be read: the reason says so',
    contacts: [contact()],
    hidden: [ANN],
    linked: [ANN],
    people: [],
    says: `${gone}. The event has waited 24 hours for a contact with an email (wait_for_contact).`,
  }),
  {
    case: '20',
    title: 'the main contact is deleted after its email was sent: its report leaves the next client alone',
    setUp: ({ kommo }) => kommo.load({ leads: [deal({ contacts: [ANN, BO] })], contacts: [contact(), bo] }),
    steps: [
      move(T + 1, stages.demo),
      step(T + 60, ({ kommo }) => kommo.deleteContact(ANN)),
      move(T + 120, stages.onboarding),
      keep(T + 121, 'people', ({ customerio }) =>
        customerio.people().map(({ email, events }) => [email, events.map(({ name }) => name)]),
      ),
      wait(T + 600),
    ],
    check: ({ seen }) =>
      expect(seen.people).toEqual([
        [EMAIL, ['demo_scheduled']],
        ['bo@acme.example', ['onboarding_started']],
      ]),
  },
];

export const arrivals: Scenario[] = [...lateFacts, ...decisions, ...missing];
