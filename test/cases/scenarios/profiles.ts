import { expect } from 'vitest';
import type { ConnectionYaml, Scenario, Scene } from '../support/scene.ts';
import {
  ANN,
  annsDeal,
  BO,
  byContactId,
  contact,
  DEAL,
  deal,
  move,
  report,
  stages,
  step,
  T,
  wait,
} from './common.ts';

/** What Customer.io is made to believe about who is who: neighbours of the cases about people. */

const OTHER_DEAL = 7002;
const OLD = 'ann@acme.example';
const NEW = 'ann@new.example';

const emails = ({ customerio }: Scene) => customerio.people().map(({ email }) => email);
const ids = ({ customerio }: Scene) => customerio.people().map(({ id }) => id);

const withoutAppKey = (connection: ConnectionYaml) => {
  delete connection.customerio.app_key;
};

/** A deal each of two contacts, both sent to Customer.io an hour before T. */
const twoPeople = (title: string, parts: Partial<Scenario> & Pick<Scenario, 'check'>): Scenario => ({
  case: '25',
  title,
  setUp: ({ kommo }) =>
    kommo.load({
      leads: [deal(), deal({ id: OTHER_DEAL, contacts: [BO] })],
      contacts: [contact(), contact(BO, 'Ann Lee', 'ann.lee@acme.example')],
    }),
  ...parts,
  steps: [
    move(T - 3_600, stages.demo),
    move(T - 3_600, stages.demo, OTHER_DEAL),
    ...(parts.steps ?? [step(T, ({ kommo }) => kommo.mergeContacts(BO, ANN))]),
    step(T + 300, ({ kommo }) => kommo.updateContact(BO, { phone: '+37120000000' })),
    wait(T + 700),
    wait(T + 1_500),
  ],
});

/** Ann's email changes at T. */
const changedEmail = (title: string, parts: Partial<Scenario> & Pick<Scenario, 'check'>): Scenario => ({
  case: '29',
  title,
  setUp: annsDeal,
  ...parts,
  steps: [
    move(T - 3_600, stages.demo),
    ...(parts.steps ?? []),
    step(T, ({ kommo }) => kommo.updateContact(ANN, { email: NEW })),
    wait(T + 90),
    move(T + 200, stages.onboarding),
    wait(T + 900),
  ],
});

/** The email of Ann's contact is removed at T. */
const removedEmail = (
  title: string,
  config: Scenario['config'],
  when: string | null,
  check: Scenario['check'],
): Scenario => ({
  case: '45',
  title,
  config(connection) {
    config?.(connection);
    if (when !== null) connection.person.when_email_removed = when;
  },
  setUp: annsDeal,
  steps: [
    move(T - 3_600, stages.demo),
    step(T, ({ kommo }) => kommo.updateContact(ANN, { email: null })),
    wait(T + 900),
  ],
  check,
});

export const profiles: Scenario[] = [
  twoPeople('two profiles of merged contacts are one at Customer.io, by email', {
    check: (scene) => expect(emails(scene)).toHaveLength(1),
  }),
  twoPeople('two profiles of merged contacts are one at Customer.io, by contact id', {
    config: byContactId,
    check: (scene) => expect(ids(scene)).toEqual(['502']),
  }),
  twoPeople('profiles are not merged where that is switched off, and the trace says so', {
    config(connection) {
      byContactId(connection);
      connection.person.merge = 'off';
    },
    async check(scene) {
      expect(ids(scene).sort()).toEqual(['501', '502']);
      expect(await scene.trace(DEAL)).toContain('person.merge: off');
    },
  }),
  twoPeople('two contacts that exist are not merged because one gets the address of the other', {
    steps: [step(T, ({ kommo }) => kommo.updateContact(BO, { email: OLD }))],
    check: (scene) => expect(emails(scene).sort()).toEqual(['ann.lee@acme.example', OLD]),
  }),
  twoPeople('a merged contact is not deleted at Customer.io, though Kommo says that it was deleted', {
    config(connection) {
      connection.person.when_contact_deleted = 'delete';
    },
    check: (scene) => expect(emails(scene)).toHaveLength(1),
  }),
  changedEmail('the profile keeps its history where an App API key finds its cio_id', {
    check(scene) {
      expect(emails(scene)).toEqual([NEW]);
      const names = scene.customerio.person(NEW)!.events.map(({ name }) => name);
      expect(names).toEqual(['demo_scheduled', 'onboarding_started']);
    },
  }),
  changedEmail('without a cio_id the former profile is merged, also where Customer.io takes its time', {
    config: withoutAppKey,
    customerio: { processingLagMs: 100 },
    check: (scene) => expect(emails(scene)).toEqual([NEW]),
  }),
  changedEmail('an opt-out of before the change is sent with the new profile', {
    config: withoutAppKey,
    steps: [report(T - 600, 'unsubscribed')],
    check(scene) {
      expect(emails(scene)).toEqual([NEW]);
      expect(scene.customerio.person(NEW)?.unsubscribed).toBe(true);
    },
  }),
  changedEmail('an email that changes there and back leaves the person as before', {
    config: withoutAppKey,
    steps: [
      step(T - 30, ({ kommo }) => kommo.updateContact(ANN, { email: NEW })),
      step(T - 15, ({ kommo }) => kommo.updateContact(ANN, { email: OLD })),
    ],
    check: (scene) => expect(emails(scene)).toEqual([NEW]),
  }),
  changedEmail('an email that changes twice within a minute leaves one profile', {
    config: withoutAppKey,
    steps: [step(T - 30, ({ kommo }) => kommo.updateContact(ANN, { email: 'ann@between.example' }))],
    check: (scene) => expect(emails(scene)).toEqual([NEW]),
  }),
  changedEmail('with contact ids the email of the same profile changes', {
    config: byContactId,
    check({ customerio }) {
      expect(customerio.people().map(({ id, email }) => [id, email])).toEqual([['501', NEW]]);
    },
  }),
  {
    case: '36',
    title: 'a report about somebody with a prefixed id finds the deal',
    config(connection) {
      byContactId(connection);
      connection.person.id_prefix = 'kommo-';
    },
    setUp: annsDeal,
    steps: [
      move(T + 1, stages.demo),
      report(T + 300, 'unsubscribed', {
        data: {
          customer_id: 'kommo-501',
          identifiers: { id: 'kommo-501', email: OLD, cio_id: 'd9c106000001' },
        },
      }),
      wait(T + 600),
    ],
    check: ({ kommo }) => expect(kommo.deal(DEAL)?.fields.email_status).toBe('unsubscribed'),
  },
  removedEmail(
    'a removed email stays, with a warning, where it is to be kept',
    byContactId,
    'keep',
    async (scene) => {
      expect(scene.customerio.person('501')?.email).toBe(OLD);
      expect(await scene.trace(DEAL)).toContain(`still has ${OLD}`);
    },
  ),
  removedEmail(
    'a removed email unsubscribes the person where that is wanted',
    byContactId,
    'unsubscribe',
    (scene) => expect(scene.customerio.person('501')).toMatchObject({ email: OLD, unsubscribed: true }),
  ),
  removedEmail(
    'a removed email unsubscribes, also where it is the identity',
    undefined,
    'unsubscribe',
    (scene) => expect(scene.customerio.person(OLD)?.unsubscribed).toBe(true),
  ),
  removedEmail('a removed email is a warning where it is the identity', undefined, null, async (scene) =>
    expect(await scene.trace(DEAL)).toContain(`still has ${OLD}`),
  ),
  ...(['unsubscribe', 'delete'] as const).map(
    (how): Scenario => ({
      case: '45',
      title: `a deleted contact: ${how}`,
      config(connection) {
        connection.person.when_contact_deleted = how;
      },
      setUp: annsDeal,
      steps: [
        move(T - 3_600, stages.demo),
        step(T, ({ kommo }) => kommo.deleteContact(ANN)),
        wait(T + 300),
        wait(T + 700),
      ],
      check({ customerio }) {
        if (how === 'delete') expect(customerio.people()).toEqual([]);
        else expect(customerio.person(OLD)?.unsubscribed).toBe(true);
      },
    }),
  ),
];
