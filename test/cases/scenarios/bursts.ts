import { expect } from 'vitest';
import type { ConnectionYaml, Scenario, Scene, Step } from '../support/scene.ts';
import { contact, onlyNewLeads, stages, step, T, wait } from './common.ts';

/** More deals than these within a minute are a burst: few, since what matters is the way that they come. */
const LIMIT = 5;
const MANY = 8;
const FIRST = 8_000;
const PIPELINE = 9_621_010;

const ids = (count: number, from = FIRST): number[] => Array.from({ length: count }, (_, n) => from + n);

const lead = (id: number, stage: number) => ({
  ...contactless(id, stage),
  _embedded: { contacts: [{ id: id + 10_000, is_main: true }] },
});

const contactless = (id: number, stage: number) => ({
  id,
  name: `Old client ${id}`,
  price: 0,
  responsible_user_id: 8_375_357,
  status_id: stage,
  pipeline_id: PIPELINE,
  created_at: T,
  updated_at: T,
  is_deleted: false,
  custom_fields_values: null,
});

const load =
  (count: number, stage = stages.newLead, from = FIRST) =>
  ({ kommo }: Scene): void =>
    kommo.load({
      leads: ids(count, from).map((id) => lead(id, stage)),
      contacts: ids(count, from).map((id) => contact(id + 10_000, `Old ${id}`, `old${id}@acme.example`)),
    });

type Fields = Record<string, string | number>;

/** One webhook about all these deals. */
const form = (action: string, deals: number[], fields: (id: number) => Fields): string =>
  [
    'account[id]=32100321',
    ...deals.flatMap((id, n) =>
      Object.entries({ id, pipeline_id: PIPELINE, ...fields(id) }).map(
        ([name, value]) => `leads[${action}][${n}][${name}]=${value}`,
      ),
    ),
  ].join('&');

const created = (at: number) => (): Fields => ({ status_id: stages.newLead, last_modified: at });
const moved = (at: number) => (): Fields => ({
  status_id: stages.newLead,
  old_status_id: stages.demo,
  last_modified: at,
});

function guarded(connection: ConnectionYaml): void {
  onlyNewLeads(connection);
  connection.bulk_guard = { deals: LIMIT, within: '1m' };
}

interface Burst {
  title: string;
  steps: Step[];
  setUp?: Scenario['setUp'];
  /** How many events Customer.io gets. */
  sent: number;
  held: number;
  config?: Scenario['config'];
}

const burst = ({ title, steps, sent, held, setUp = load(MANY), config = guarded }: Burst): Scenario => ({
  case: '21',
  title,
  config,
  setUp,
  steps: [...steps, wait(T + 300), wait(T + 900), wait(T + 1_800)],
  async check(scene) {
    const names = new Set(scene.customerio.people().map(({ email }) => email));
    expect([scene.customerio.events('lead_created').length, await scene.held()]).toEqual([sent, held]);
    expect(names.size).toBe(sent);
    expect(scene.kommo.notes()).toHaveLength(sent);
  },
});

const hook = (at: number, body: string): Step => step(at, (scene) => scene.hook(body));

const logEntry = (id: number, at: number) => ({
  id: `01kc${id}`,
  type: 'lead_status_changed',
  entity_id: id,
  entity_type: 'lead',
  created_by: 8_375_357,
  created_at: at,
  value_after: [{ lead_status: { id: stages.newLead, pipeline_id: PIPELINE } }],
  value_before: [{ lead_status: { id: stages.demo, pipeline_id: PIPELINE } }],
});

export const bursts: Scenario[] = [
  burst({
    title: 'exactly as many deals as the guard allows are sent',
    steps: [hook(T + 1, form('add', ids(LIMIT), created(T)))],
    sent: LIMIT,
    held: 0,
  }),
  burst({
    title: 'one deal more in the same webhook holds all of them',
    steps: [hook(T + 1, form('add', ids(LIMIT + 1), created(T)))],
    sent: 0,
    held: LIMIT + 1,
  }),
  burst({
    title: 'a list of deals that is moved in one webhook is held',
    steps: [hook(T + 1, form('status', ids(MANY), moved(T)))],
    sent: 0,
    held: MANY,
  }),
  burst({
    title: 'a list of deals that is moved and reported as edits is held',
    steps: [hook(T + 1, form('update', ids(MANY), moved(T)))],
    sent: 0,
    held: MANY,
  }),
  burst({
    title: 'an import whose deals are dated years back is held',
    steps: [
      hook(
        T + 1,
        form('add', ids(MANY), (id) => ({
          status_id: stages.newLead,
          last_modified: 1_635_022_800 + id * 86_400,
          date_create: 1_635_022_800,
        })),
      ),
    ],
    sent: 0,
    held: MANY,
  }),
  burst({
    title: 'a bulk move that only the history tells of is held',
    steps: [step(T + 1, ({ kommo }) => kommo.load({ events: ids(MANY).map((id) => logEntry(id, T)) }))],
    sent: 0,
    held: MANY,
  }),
  burst({
    title: 'moves of a day that are found together in the history are sent',
    steps: [
      step(T + 1, ({ kommo }) =>
        kommo.load({ events: ids(MANY).map((id) => logEntry(id, T - 60 * (id - FIRST))) }),
      ),
    ],
    sent: MANY,
    held: 0,
  }),
  burst({
    title: 'a bulk move by the Digital Pipeline’s webhooks, which have no time, is held',
    steps: [
      hook(
        T + 1,
        form('status', ids(MANY), () => ({ status_id: stages.newLead, old_status_id: stages.demo })),
      ),
    ],
    sent: 0,
    held: MANY,
  }),
  burst({
    title: 'incoming leads that are accepted in bulk are held',
    steps: [
      hook(
        T + 1,
        [
          'account[id]=32100321',
          ...ids(MANY).flatMap((id, n) => [
            `unsorted[delete][${n}][action]=accept`,
            `unsorted[delete][${n}][pipeline_id]=${PIPELINE}`,
            `unsorted[delete][${n}][accept_result][leads][0]=${id}`,
          ]),
        ].join('&'),
      ),
    ],
    sent: 0,
    held: MANY,
  }),
  burst({
    title: 'an import of deals that get their contacts afterwards is held',
    setUp: ({ kommo }) => kommo.load({ leads: ids(MANY).map((id) => contactless(id, stages.newLead)) }),
    steps: [hook(T + 1, form('add', ids(MANY), created(T))), step(T + 30, load(MANY))],
    sent: 0,
    held: MANY,
  }),
  burst({
    title: 'a deal that comes into the stage an hour after a burst is sent',
    setUp: load(MANY + 1),
    steps: [
      hook(T + 1, form('add', ids(MANY), created(T))),
      hook(T + 1_500, form('add', ids(1, FIRST + MANY), created(T + 1_500))),
    ],
    sent: 1,
    held: MANY,
  }),
  burst({
    title: 'a deal that goes back and forth a hundred times is no burst',
    setUp: load(1),
    steps: [
      hook(
        T + 1,
        form(
          'status',
          ids(3).map(() => FIRST),
          () => ({ status_id: stages.newLead, old_status_id: stages.demo, last_modified: T }),
        ),
      ),
    ],
    sent: 1,
    held: 0,
  }),
  burst({
    title: 'a guard that is off lets everything through',
    steps: [hook(T + 1, form('add', ids(MANY), created(T)))],
    config(connection) {
      onlyNewLeads(connection);
      connection.bulk_guard = 'off';
    },
    sent: MANY,
    held: 0,
  }),
];
