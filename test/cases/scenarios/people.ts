import { expect } from 'vitest';
import { readConnection, readInput } from '../support/inputs.ts';
import type { Scenario, Scene } from '../support/scene.ts';
import {
  ANN,
  annsDeal,
  BO,
  byContactId,
  contact,
  DAY,
  DEAL,
  deal,
  identifyBySdk,
  keep,
  move,
  noteTexts,
  report,
  stages,
  statusOf,
  step,
  T,
  taskTexts,
  wait,
} from './common.ts';
import { profiles } from './profiles.ts';

const emails = ({ customerio }: Scene) => customerio.people().map(({ email }) => email);

const merged = readInput('25-merged-contacts');

const merge = (title: string, config: Scenario['config'], check: Scenario['check']): Scenario => ({
  case: '25',
  title,
  ...(config ? { config } : {}),
  setUp: ({ kommo }) =>
    kommo.load({
      leads: [deal()],
      contacts: [contact(), contact(BO, 'Ann Lee', 'ann.lee@acme.example')],
    }),
  steps: [
    move(T - 3_600, stages.demo),
    step(T, ({ kommo }) => kommo.mergeContacts(BO, ANN)),
    step(T + 900, ({ kommo }) => kommo.updateContact(BO, { phone: '+37120000000' })),
    ...merged.sent.slice(2).map((one) => step(one.at, (scene) => scene.send(one))),
    wait(T + 1_800),
  ],
  check,
});

const corrected = readInput('28-bounce-then-address-corrected');
const [bounced, lateBounce, secondBounce] = corrected.sent;

const replaced = readInput('44-main-contact-replaced');
const second = readInput('43-second-contact-named-as-first');
const changed = readInput('29-email-changed-old-person-stays');
const foreign = readInput('35-email-owned-by-another-profile');

/** Every text that the deal shows. */
const texts = (scene: Scene): string[] => [...noteTexts(scene), ...taskTexts(scene)];

export const people: Scenario[] = [
  merge('a report for an address of a merged contact finds the deal', undefined, (scene) =>
    expect(noteTexts(scene)).toContain('Client opened email (Welcome)'),
  ),
  merge(
    'the survivor of merged contacts is the person that later changes go to',
    undefined,
    ({ customerio }) => {
      const phones = customerio.people().map(({ attributes }) => attributes.phone);
      expect(phones).toContain('+37120000000');
    },
  ),
  merge(
    'with identify_by contact_id the two are one person at Customer.io, or the trace says they are not',
    byContactId,
    async (scene) => {
      const ids = scene.customerio.people().map(({ id }) => id);
      const trace = await scene.trace(DEAL);
      expect(ids.length === 1 || /merge/i.test(trace), `${ids}: ${trace}`).toBe(true);
    },
  ),
  {
    case: '28',
    title:
      'a corrected address clears the bounce; the old one counts no more; the next bounce gives its task',
    config: byContactId,
    setUp: ({ kommo }) =>
      kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Ann Lee', 'ann@acmee.example')] }),
    steps: [
      move(T - 3_600, stages.demo),
      step(bounced!.at, (scene) => scene.send(bounced!)),
      keep(T + 500, 'bounced', (scene) => [statusOf(scene), taskTexts(scene).length]),
      step(T + 600, ({ kommo }) => kommo.updateContact(ANN, { email: 'ann@acme.example' })),
      keep(T + 690, 'corrected', (scene) => statusOf(scene)),
      step(lateBounce!.at, (scene) => scene.send(lateBounce!)),
      keep(T + 890, 'late', (scene) => [statusOf(scene), taskTexts(scene).length]),
      step(secondBounce!.at, (scene) => scene.send(secondBounce!)),
      wait(T + 1_500),
    ],
    check(scene) {
      expect(scene.seen.bounced).toEqual(['bounced', 1]);
      expect(scene.seen.corrected).not.toBe('bounced');
      expect(scene.seen.late).toEqual([scene.seen.corrected, 1]);
      expect([statusOf(scene), taskTexts(scene).length]).toEqual(['bounced', 2]);
      const closed = scene.kommo.tasks(DEAL).map(({ isCompleted }) => isCompleted);
      expect(closed).toEqual([true, false]);
    },
  },
  {
    case: '29',
    title:
      'a changed email is one person at Customer.io, and an opt-out of the old one counts for the new one',
    setUp: ({ kommo }) =>
      kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Ann Lee', 'ann@old.example')] }),
    steps: [
      move(T - 3_600, stages.won),
      step(T, ({ kommo }) => kommo.updateContact(ANN, { email: 'ann@new.example' })),
      ...changed.sent.map((one) => step(one.at, (scene) => scene.send(one))),
      wait(T + 1_200),
    ],
    check(scene) {
      expect(emails(scene)).toEqual(['ann@new.example']);
      expect(statusOf(scene)).toBe('unsubscribed');
      expect(scene.customerio.person('ann@new.example')?.unsubscribed).toBe(true);
    },
  },
  {
    case: '35',
    title: 'an email that belongs to another profile is a warning on the trace, and no note claims it',
    config: byContactId,
    async setUp(scene) {
      scene.kommo.load({ leads: [deal()], contacts: [contact()] });
      await identifyBySdk(scene, 'u_9001', { email: 'ann@new.example' });
    },
    steps: [
      move(T - 3_600, stages.demo),
      step(T, ({ kommo }) => kommo.updateContact(ANN, { email: 'ann@new.example' })),
      ...foreign.sent.map((one) =>
        step(one.at, (scene) => {
          scene.kommo.load({ leads: [deal({ stage: stages.onboarding })] });
          return scene.send(one);
        }),
      ),
      wait(T + 900),
      wait(T + 1_800),
    ],
    async check(scene) {
      expect(await scene.trace(DEAL)).toMatch(
        /Customer\.io refuses ann@new\.example: it belongs to another profile \(u_9001\)\. The person keeps (ann@acme\.example|the email of before)\./,
      );
      expect(noteTexts(scene)).toEqual([
        "Event 'demo_scheduled' sent to Customer.io for ann@acme.example",
        "Customer.io has the event onboarding_started, but has refused the client's email. The campaign may go to an earlier address, or to none.",
      ]);
      const emailOf = (id: string) => scene.customerio.person(id)?.email;
      expect([emailOf('501'), emailOf('u_9001')]).toEqual(['ann@acme.example', 'ann@new.example']);
    },
  },
  {
    case: '36',
    title: 'with a prefix for contact ids a user of the product with the same number stays who he is',
    config(connection) {
      const { person, stages: rules } = readConnection('36-contact-ids-collide');
      connection.person = { ...person, id_prefix: 'kommo-' };
      connection.stages = rules;
      connection.reactions = {};
      connection.inactivity = [];
    },
    async setUp(scene) {
      annsDeal(scene);
      await identifyBySdk(scene, '501', { email: 'bob@other.example', first_name: 'Bob' });
    },
    steps: [move(T + 1, stages.demo)],
    check({ customerio }) {
      expect(customerio.person('501')?.attributes).toMatchObject({
        email: 'bob@other.example',
        first_name: 'Bob',
      });
      expect(customerio.person('501')?.events).toEqual([]);
      expect(customerio.person('kommo-501')?.attributes).toMatchObject({
        email: 'ann@acme.example',
        first_name: 'Ann',
        kommo_deal_id: DEAL,
      });
      expect(customerio.person('kommo-501')?.events.map(({ name }) => name)).toEqual(['demo_scheduled']);
    },
  },
  {
    case: '39',
    title: 'a late identify keeps what a newer writer set, and sets what nobody else did',
    setUp: ({ kommo }) => {
      kommo.load({ leads: [deal()], contacts: [contact()] });
      kommo.updateDeal(DEAL, { fields: { Plan: 'Pro' } });
    },
    steps: [
      step(T - 1, (scene) => {
        scene.customerio.faults.add({ kind: 'status', status: 503, match: { path: /./ } });
        scene.blocked = true;
      }),
      move(T, stages.demo),
      step(T + 60, async (scene) => {
        scene.customerio.faults.clear();
        await identifyBySdk(scene, 'ann@acme.example', { plan: 'Basic' });
        scene.customerio.faults.add({ kind: 'status', status: 503, match: { path: /./ } });
      }),
      step(T + 120, (scene) => {
        scene.customerio.faults.clear();
        scene.blocked = false;
      }),
      wait(T + 600),
      wait(T + 3_600),
    ],
    async check(scene) {
      const { customerio } = scene;
      expect(await scene.trace(DEAL)).toMatch(
        /Sent \d+ minutes after Kommo was read, with the time of the reading: Customer\.io keeps an attribute that somebody else has set since then\./,
      );
      // The product's own value is a minute newer than the reading; nobody else has set the amount.
      expect(customerio.person('ann@acme.example')!.attributes).toMatchObject({
        plan: 'Basic',
        deal_amount: 900,
      });
      expect(customerio.events('demo_scheduled')).toHaveLength(1);
    },
  },
  ...profiles,
  {
    case: '43',
    title: 'a report of the second contact is told in the name of the second contact',
    config(connection) {
      connection.person.contacts = 'all';
      connection.reactions.email_unsubscribed = {
        task: { text: '{{ contact.first_name }} unsubscribed - call', due: '1d' },
        field: { email_status: 'unsubscribed' },
      };
      connection.inactivity[0].task = { text: 'Reach out to {{ contact.first_name }}', due: '1d' };
    },
    setUp: ({ kommo }) => kommo.load({ leads: [second.kommo.lead], contacts: second.kommo.contacts }),
    steps: [
      step(second.sent[0]!.at, (scene) => scene.send(second.sent[0]!)),
      ...second.sent.slice(1).map((one) => step(one.at, (scene) => scene.send(one))),
      keep(T + 1_200, 'tasks', taskTexts),
      wait(T + 5 * DAY + 3_600),
      wait(T + 5 * DAY + 7_200),
    ],
    check(scene) {
      expect(scene.seen.tasks).toEqual(['Bo unsubscribed - call']);
      expect(taskTexts(scene)).toContain('Reach out to Ann');
      expect(taskTexts(scene).filter((text) => text === 'Reach out to Ann')).toHaveLength(1);
    },
  },
  {
    case: '44',
    title:
      'reports of a replaced contact leave the status of the deal alone and are never told of the new one',
    config(connection) {
      for (const metric of ['email_unsubscribed', 'email_bounced'])
        connection.reactions[metric].task.text = '{{ contact.first_name }}: {{ recipient }}';
    },
    setUp: ({ kommo }) =>
      kommo.load({ leads: [deal()], contacts: [contact(), contact(BO, 'Bo Berg', 'bo@acme.example')] }),
    steps: [
      move(T - 3_600, stages.demo),
      step(T, ({ kommo }) => {
        kommo.linkContact(DEAL, BO, { isMain: true });
        kommo.unlinkContact(DEAL, ANN);
      }),
      ...replaced.sent.map((one) => step(one.at, (scene) => scene.send(one))),
      wait(T + 1_500),
    ],
    check(scene) {
      expect(statusOf(scene)).toBeUndefined();
      expect(taskTexts(scene).filter((text) => text.includes('Bo'))).toEqual([]);
      for (const text of texts(scene).filter((one) => !one.startsWith('Event')))
        expect(text).toContain('ann@acme.example');
    },
  },
  {
    case: '44',
    title: 'reports of the new main contact are those of the deal',
    setUp: ({ kommo }) =>
      kommo.load({ leads: [deal()], contacts: [contact(), contact(BO, 'Bo Berg', 'bo@acme.example')] }),
    steps: [
      move(T - 3_600, stages.demo),
      step(T, ({ kommo }) => {
        kommo.linkContact(DEAL, BO, { isMain: true });
        kommo.unlinkContact(DEAL, ANN);
      }),
      report(T + 600, 'unsubscribed', { email: 'bo@acme.example' }),
      wait(T + 1_500),
    ],
    check: (scene) => expect(statusOf(scene)).toBe('unsubscribed'),
  },
  {
    case: '45',
    title: 'an email that was deleted in Kommo is cleared at Customer.io, and the trace says so',
    config: byContactId,
    setUp: annsDeal,
    steps: [
      move(T - 3_600, stages.demo),
      step(T, ({ kommo }) => kommo.updateContact(ANN, { email: null })),
      wait(T + 900),
    ],
    async check(scene) {
      expect(scene.customerio.person('501')).toMatchObject({ email: null, unsubscribed: false });
      expect(await scene.trace(DEAL)).toContain(
        'Ann Lee has no email in Kommo any more, so ann@acme.example is removed from the person in Customer.io',
      );
      expect(noteTexts(scene)).toEqual(["Event 'demo_scheduled' sent to Customer.io for ann@acme.example"]);
    },
  },
];
