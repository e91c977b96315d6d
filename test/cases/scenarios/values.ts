import { expect } from 'vitest';
import type { FieldSeed } from '../../../simulators/kommo/seed-types.ts';
import type { Scenario, Scene } from '../support/scene.ts';
import {
  ANN,
  annsDeal,
  contact,
  DEAL,
  deal,
  keep,
  move,
  noteTexts,
  report,
  stages,
  step,
  T,
  wait,
} from './common.ts';

/** Unix seconds. */
const at = (iso: string): number => Date.parse(iso) / 1000;

interface Day {
  zone: string;
  /** When the client opted out. */
  when: string;
  template: string;
  type?: 'date' | 'birthday';
  shown: string;
  kommo?: object;
}

const byDay = "{{ occurred_at | date: '%Y-%m-%d' }}";

const day = ({ zone, when, template, type = 'date', shown, kommo = {} }: Day): Scenario => ({
  case: '07',
  title: `an opt-out of ${when} by ${template} in ${zone} shows ${shown} in a field of type ${type}`,
  config(connection) {
    connection.reactions.email_unsubscribed.field = { 'Unsubscribed on': template };
  },
  kommo: { account: { id: 32_100_321, timezone: zone, ...kommo } },
  setUp(scene) {
    scene.kommo.load({ fields: [{ id: 700_111, entity: 'leads', name: 'Unsubscribed on', type }] });
    annsDeal(scene);
  },
  steps: [move(T, stages.demo), report(T + 60, 'unsubscribed', { timestamp: at(when) }), wait(T + 600)],
  async check(scene) {
    expect(scene.kommo.card('leads', DEAL)['Unsubscribed on']).toBe(shown);
    expect(await scene.deadLetters()).toBe(0);
  },
});

const days: Scenario[] = [
  day({ zone: 'America/Los_Angeles', when: '2026-01-31T05:00:00Z', template: byDay, shown: '30.01.2026' }),
  day({
    zone: 'America/Los_Angeles',
    when: '2026-01-31T05:00:00Z',
    template: '{{ occurred_at }}',
    shown: '30.01.2026',
  }),
  day({
    zone: 'America/Los_Angeles',
    when: '2026-01-31T05:00:00Z',
    template: byDay,
    type: 'birthday',
    shown: '30.01.2026',
  }),
  day({ zone: 'Asia/Kolkata', when: '2026-01-30T19:00:00Z', template: byDay, shown: '31.01.2026' }),
  day({ zone: 'Pacific/Kiritimati', when: '2026-01-30T11:00:00Z', template: byDay, shown: '31.01.2026' }),
  day({
    zone: 'America/Sao_Paulo',
    when: '2026-02-01T02:59:59Z',
    template: "{{ occurred_at | date: '%d.%m.%Y' }}",
    shown: '31.01.2026',
  }),
  day({ zone: 'America/New_York', when: '2026-03-08T06:30:00Z', template: byDay, shown: '08.03.2026' }),
  day({
    zone: 'America/Los_Angeles',
    when: '2026-01-31T08:00:00Z',
    template: '31/01/2026',
    shown: '31.01.2026',
  }),
  day({
    zone: 'America/Los_Angeles',
    when: '2026-01-31T08:00:00Z',
    template: "{{ occurred_at | date: '%Y%m%d' }}",
    shown: '31.01.2026',
  }),
  day({
    zone: 'America/Los_Angeles',
    when: '2026-01-31T08:00:00Z',
    template: '{{ occurred_at | times: 1000 }}',
    shown: '31.01.2026',
  }),
  day({
    zone: 'Europe/Nowhere',
    when: '2026-01-30T22:00:00Z',
    template: byDay,
    shown: '31.01.2026',
    kommo: { timezoneOffset: '+03:00' },
  }),
];

/** A day that a manager entered is read in another part of the world. */
const read = (zone: string, stored: string, type: 'date' | 'birthday'): Scenario => ({
  case: '07',
  title: `the day 2026-01-31 of a field of type ${type} is read as that day in ${zone}`,
  config(connection) {
    connection.person.attributes = { visit: 'deal.field.Visit' };
    connection.stages[0].data = {
      text: "{{ deal.field.Visit | date: '%d.%m.%Y' }}",
      visit: 'deal.field.Visit',
    };
  },
  kommo: { account: { id: 32_100_321, timezone: zone } },
  setUp(scene) {
    scene.kommo.load({ fields: [{ id: 700_113, entity: 'leads', name: 'Visit', type }] });
    annsDeal(scene);
    scene.kommo.updateDeal(DEAL, { fields: { Visit: at(stored) } });
  },
  steps: [move(T + 1, stages.demo)],
  check({ customerio }) {
    const midnight = at('2026-01-31T00:00:00Z');
    expect(customerio.events('demo_scheduled')[0]?.data).toEqual({ text: '31.01.2026', visit: midnight });
    expect(customerio.people()[0]?.attributes.visit).toBe(midnight);
  },
});

const readDays: Scenario[] = [
  read('Asia/Kolkata', '2026-01-30T18:30:00Z', 'date'),
  read('Pacific/Auckland', '2026-01-30T11:00:00Z', 'birthday'),
  read('America/Los_Angeles', '2026-01-31T08:00:00Z', 'date'),
  read('Pacific/Pago_Pago', '2026-01-31T11:00:00Z', 'date'),
];

/** How a contact's email is written, and the addresses under which reports come. */
const officer = (title: string, written: string, address: string, config?: Scenario['config']): Scenario => ({
  case: '12',
  title,
  ...(config ? { config } : {}),
  setUp: ({ kommo }) => kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Chief Officer', written)] }),
  steps: [
    move(T + 1, stages.demo),
    report(T + 60, 'opened', { email: address }),
    step(T + 120, ({ kommo }) => kommo.updateContact(ANN, { email: 'officer@bank.example' })),
    wait(T + 900),
  ],
  check(scene) {
    expect(scene.customerio.events('demo_scheduled')).toHaveLength(1);
    expect(noteTexts(scene)).toContain('Client opened email (Welcome)');
    expect(scene.customerio.people().map(({ email }) => email)).toEqual(['officer@bank.example']);
  },
});

const officers: Scenario[] = [
  officer(
    'an email that begins with CIO_ in capitals, corrected later',
    'CIO_Office@bank.example',
    'cio_office@bank.example',
  ),
  officer(
    'an email that begins with cio_ and digits, as an id of Customer.io does',
    'cio_03000001@bank.example',
    'cio_03000001@bank.example',
  ),
];

const searchedPages = ({ kommo }: Scene): number =>
  kommo.requests.all().filter(({ path, query }) => path.endsWith('/contacts') && query.includes('query='))
    .length;

/** So many contacts come before the stranger in an account whose search finds everything. */
const stranger = (title: string, before: number): Scenario => ({
  case: '18',
  title,
  kommo: { switches: { searchIgnoresQuery: true } },
  setUp({ kommo }) {
    const others = Array.from({ length: before }, (_, n) =>
      contact(900_001 + n, 'Else', `else${n}@third.example`),
    );
    kommo.load({
      contacts: [...others, contact(999_000, 'Old Client', 'stranger@other.example')],
      leads: [deal({ stage: stages.demo, contacts: [999_000] })],
    });
  },
  steps: [
    report(T + 602, 'opened', { email: 'stranger@other.example' }),
    keep(T + 603, 'searches', searchedPages),
    wait(T + 3_600),
  ],
  check(scene) {
    expect(scene.seen.searches).toBeLessThanOrEqual(4);
    expect(scene.kommo.notes().map(({ entityId, text }) => [entityId, text])).toEqual([
      [DEAL, 'Client opened email (Welcome)'],
    ]);
  },
});

/** Contacts in which the words of the address stand, but not as their email. */
const lookAlikes: Scenario = {
  case: '18',
  title: 'contacts that only mention the address, or have one like it, are not the stranger',
  setUp({ kommo }) {
    const named = contact(601, 'ann@acme.example', 'other@acme.example');
    const longer = contact(602, 'Joann', 'joann@acme.example');
    const subdomain = contact(603, 'Ann', 'ann@acme.example.org');
    const second = contact(604, 'Ann Two', 'first@acme.example');
    second.custom_fields_values![0]!.values.push({
      value: 'ANN@acme.example',
      enum_id: 900_312,
      enum_code: 'PRIV',
    });
    kommo.load({
      contacts: [named, longer, subdomain, second],
      leads: [601, 602, 603, 604].map((id) => deal({ id: id + 7_000, stage: stages.demo, contacts: [id] })),
    });
  },
  steps: [report(T + 602, 'opened', { email: 'ann@acme.example' }), wait(T + 3_600)],
  check: ({ kommo }) =>
    expect(kommo.notes().map(({ entityId, text }) => [entityId, text])).toEqual([
      [7_604, 'Client opened email (Welcome)'],
    ]),
};

const part = (value: string, enum_id: number, enum_code?: string) => ({
  value,
  enum_id,
  ...(enum_code ? { enum_code } : {}),
});

const addressOf = (entity: 'leads' | 'contacts'): FieldSeed => ({
  id: 700_210,
  entity,
  name: 'Address',
  type: 'smart_address',
});

interface SmartAddress {
  title: string;
  parts: object[];
  data: Record<string, string>;
  sent: Record<string, unknown>;
  entity?: 'leads' | 'contacts';
}

const smartAddress = ({ title, parts, data, sent, entity = 'contacts' }: SmartAddress): Scenario => ({
  case: '19',
  title,
  config(connection) {
    connection.stages[0].data = data;
  },
  setUp({ kommo }) {
    const values = [
      {
        field_id: 700_210,
        field_name: 'Address',
        field_code: null,
        field_type: 'smart_address',
        values: parts,
      },
    ];
    const ann = contact();
    const ofDeal = entity === 'leads' ? { custom_fields_values: values } : {};
    const ofContact =
      entity === 'contacts' ? { custom_fields_values: [...ann.custom_fields_values!, ...values] } : {};
    kommo.load({
      fields: [addressOf(entity)],
      leads: [{ ...deal(), ...ofDeal }],
      contacts: [{ ...ann, ...ofContact }],
    });
  },
  steps: [move(T + 1, stages.demo)],
  check: ({ customerio }) =>
    expect(customerio.events('demo_scheduled').map(({ data }) => data)).toEqual([sent]),
});

const riga = [part('Riga', 3, 'city'), part('LV', 6, 'country')];

const smartAddresses: Scenario[] = [
  smartAddress({
    title: 'parts by a path and by a text',
    parts: riga,
    data: {
      city: 'contact.field.Address.city',
      line: '{{ contact.field.Address.city }}, {{ contact.field.Address.country }}',
    },
    sent: { city: 'Riga', line: 'Riga, LV' },
  }),
  smartAddress({
    title: 'a part that is missing is empty, and not the one in its place',
    parts: riga,
    data: { street: 'contact.field.Address.address_line_1', zip: '{{ contact.field.Address.zip }}' },
    sent: { street: null, zip: '' },
  }),
  smartAddress({
    title: 'parts without codes, in any order',
    parts: [part('LV', 6), part('LV-1010', 5), part('Riga', 3)],
    data: { address: 'contact.field.Address' },
    sent: { address: { country: 'LV', zip: 'LV-1010', city: 'Riga' } },
  }),
  smartAddress({
    title: 'the address of a deal',
    parts: riga,
    entity: 'leads',
    data: { address: 'deal.field.Address', city: 'deal.field.700210.city' },
    sent: { address: { city: 'Riga', country: 'LV' }, city: 'Riga' },
  }),
];

export const values: Scenario[] = [
  ...days,
  ...readDays,
  ...officers,
  stranger('a stranger on the third page of a search that finds everything', 600),
  stranger('a stranger behind the pages that are read', 1_200),
  lookAlikes,
  ...smartAddresses,
];
