import { expect } from 'vitest';
import type { FieldSeed } from '../../../simulators/kommo/seed-types.ts';
import { readInput } from '../support/inputs.ts';
import type { ConnectionYaml, Scenario, Scene } from '../support/scene.ts';
import { ANN, contact, DEAL, deal, move, noteTexts, report, stages, step, T } from './common.ts';

const emails = ({ customerio }: Scene) => customerio.people().map(({ email }) => email);

const several = readInput('08-several-addresses-in-one-value');
const invisible = readInput('09-invisible-characters-in-email');

/** Contact and deal of a variant, and its address: `ann3@acme.example` for the third. */
const numbered = (n: number) => ({ contactId: 600 + n, dealId: 7100 + n, name: `ann${n}` });

/** A contact and a deal for each way in which the address of Ann is written. */
const writtenAs =
  (values: string[]) =>
  ({ kommo }: Scene): void => {
    for (const [n, value] of values.entries()) {
      const { contactId, dealId, name } = numbered(n);
      kommo.load({
        leads: [deal({ id: dealId, contacts: [contactId] })],
        contacts: [contact(contactId, 'Ann Lee', value.replace(/ann(?=.{0,2}@)/i, name))],
      });
    }
  };

/** All of them in one account: each is the person that it names, and a report for that person finds the deal. */
const variants = (
  number: string,
  title: string,
  values: string[],
  warned: (value: string) => boolean,
): Scenario => ({
  case: number,
  title,
  setUp: writtenAs(values),
  steps: [
    ...values.map((_, n) => move(T + 1, stages.demo, numbered(n).dealId)),
    ...values.map((_, n) => report(T + 60, 'opened', { email: `${numbered(n).name}@acme.example` })),
  ],
  async check(scene) {
    const expected = values.map((_, n) => `${numbered(n).name}@acme.example`);
    expect(emails(scene).sort()).toEqual(expected.sort());
    for (const [n, value] of values.entries()) {
      const { dealId } = numbered(n);
      expect(noteTexts(scene, dealId), JSON.stringify(value)).toContain('Client opened email (Welcome)');
      if (warned(value)) expect(await scene.trace(dealId), value).toContain('several addresses');
    }
  },
});

const officer = readInput('12-email-starting-with-cio');

const phones = readInput('40-phone-not-e164');

/** Phones as Kommo has them, and what SMS needs. */
const written: [value: string, e164: string][] = [
  ['8 (999) 123-45-67', '+79991234567'],
  ...phones.variants.slice(0, 3).map((value): [string, string] => [value, '+79991234567']),
  ['tel:+15550100000', '+15550100000'],
];

const phoneField = (value: string) => ({
  field_id: 700_201,
  values: [{ value, enum_id: 900_301, enum_code: 'WORK' }],
});

const byE164 = (connection: ConnectionYaml): void => {
  connection.person.attributes.phone = 'contact.phone_e164';
};

const address = readInput('19-smart-address-partly-filled');
const addressField: FieldSeed = { id: 700_210, entity: 'contacts', name: 'Address', type: 'smart_address' };

export const addresses: Scenario[] = [
  {
    case: '08',
    title: 'the first of two addresses in one value is the person, with a warning',
    setUp: ({ kommo }) => kommo.load({ leads: [several.kommo.lead], contacts: [several.kommo.contact] }),
    steps: several.sent.map((one) => step(one.at, (scene) => scene.send(one))),
    async check(scene) {
      expect(emails(scene)).toEqual(['ann@acme.example']);
      expect(await scene.trace(DEAL)).toContain('several addresses');
    },
  },
  variants(
    '08',
    'whatever else stands around an address, the first one is the person',
    [
      ...several.variants,
      'mailto:ann@acme.example',
      'ANN@Acme.example.',
      'n/a, ann@acme.example',
      '"Lee, Ann" <ann@acme.example>',
      'ann@acme.example\nbob@acme.example',
    ],
    (value) => value.split('@').length > 2,
  ),
  {
    case: '09',
    title: 'an invisible character after an address changes nothing, and her report finds the deal',
    setUp: ({ kommo }) => kommo.load({ leads: [invisible.kommo.lead], contacts: [invisible.kommo.contact] }),
    steps: invisible.sent.map((one) => step(one.at, (scene) => scene.send(one))),
    check(scene) {
      expect(emails(scene)).toEqual(['ann@acme.example']);
      expect(noteTexts(scene)).toContain('Client opened email (Welcome)');
    },
  },
  variants(
    '09',
    'invisible characters anywhere in an address change nothing',
    [
      ...invisible.variants,
      'ann\u200e@acme.example',
      'ann@acme\u200b.example',
      'ann@acme.example\u3000',
      '\tann@acme.example\r\n',
    ],
    () => false,
  ),
  {
    case: '12',
    title: 'an email that begins with cio_ is an email',
    setUp: ({ kommo }) => kommo.load({ leads: [officer.kommo.lead], contacts: [officer.kommo.contact] }),
    steps: officer.sent.map((one) => step(one.at, (scene) => scene.send(one))),
    async check(scene) {
      expect(emails(scene), await scene.trace(DEAL)).toEqual(['cio_office@bank.example']);
      expect(scene.customerio.events('demo_scheduled')).toHaveLength(1);
    },
  },
  {
    case: '12',
    title: 'a report for an email that begins with cio_ finds its deal',
    setUp: ({ kommo }) =>
      kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Chief Officer', 'cio_office@bank.example')] }),
    steps: [move(T + 1, stages.demo), report(T + 60, 'opened', { email: 'cio_office@bank.example' })],
    check: (scene) => expect(noteTexts(scene)).toContain('Client opened email (Welcome)'),
  },
  {
    case: '19',
    title: 'the parts of an address have their names, whichever are missing',
    kommo: {},
    config(connection) {
      connection.stages[0].data = { address: 'contact.field.Address' };
    },
    setUp: ({ kommo }) =>
      kommo.load({
        fields: [addressField],
        leads: [address.kommo.lead],
        contacts: [address.kommo.contact],
      }),
    steps: address.sent.map((one) => step(one.at, (scene) => scene.send(one))),
    check({ customerio }) {
      const [event] = customerio.events('demo_scheduled');
      expect(event?.data.address).toEqual({
        address_line_1: 'Brivibas iela 1',
        city: 'Riga',
        zip: 'LV-1010',
        country: 'LV',
      });
    },
  },
  {
    case: '40',
    title: 'phones go out as SMS needs them, by the country of the account',
    config: byE164,
    kommo: { account: { id: 32_100_321, country: 'RU' } },
    setUp({ kommo }) {
      for (const [n, [value]] of written.entries()) {
        const { contactId, dealId, name } = numbered(n);
        const ann = contact(contactId, 'Ann Lee', `${name}@acme.example`);
        const custom_fields_values = [...ann.custom_fields_values!, phoneField(value)];
        kommo.load({
          leads: [deal({ id: dealId, contacts: [contactId] })],
          contacts: [{ ...ann, custom_fields_values }],
        });
      }
    },
    steps: written.map((_, n) => move(T + 1, stages.demo, numbered(n).dealId)),
    check({ customerio }) {
      const phoneOf = (n: number) => customerio.person(`${numbered(n).name}@acme.example`)?.attributes.phone;
      expect(written.map(([value], n) => [value, phoneOf(n)])).toEqual(written);
    },
  },
];
